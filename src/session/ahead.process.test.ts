import { describe, expect, it } from 'vitest';
import { RecordedSession, TINY } from './session.fixture.ts';

// This engine takes steps before the terms of earlier ones have come. Meanwhile the fixture refuses all other
// calls. It starts no program, but trains eleven runs, some of them to their end: too long for `npm run
// check`.

const config = { ...TINY, steps: 10, evaluateEvery: 2 };

describe('a run with steps in flight', () => {
  it('is the run of one step at a time', async () => {
    const straight = await new RecordedSession().whole(config);
    const run = await new RecordedSession({ ahead: 4 }).whole(config);
    expect(run.depth).toBeGreaterThan(1);
    expect(straight.depth).toBe(1);
    expect(run.rows).toEqual(straight.rows);
    expect(run.of('epoch')).toEqual(straight.of('epoch'));
    expect(run.of('weights')).toEqual(straight.of('weights'));
    const rows = run.of('steps').flatMap((event) => event.rows);
    const ms = rows.reduce((sum, row) => sum + row.ms, 0);
    const { final } = run.of('finished')[0]!;
    expect(final.imagesPerSecond).toBeCloseTo((1000 * config.batch * config.steps) / ms, 6);
  });

  it('rests when it is paused, told of all its steps', async () => {
    const run = new RecordedSession({ ahead: 4 });
    const first = run.next((event) => event.kind === 'steps');
    run.start(config);
    await first;
    const paused = run.state('paused');
    run.send({ kind: 'pause' });
    await paused;
    const steps = run.rows.length;
    const changed = run.next((event) => event.kind === 'budget');
    run.send({ kind: 'setBudget', budget: 0.6 });
    await changed;
    expect(run.of('budget')[0]).toMatchObject({ step: steps });
    const stepped = run.state('paused');
    run.send({ kind: 'step' });
    await stepped;
    expect(run.rows).toHaveLength(steps + 1);
    expect(run.rows.at(-1)!.budget).toBe(0.6);
  });

  it('marks a new budget at the first step that was not asked for yet', async () => {
    const run = new RecordedSession({ ahead: 4 });
    const training = run.state('training');
    const finished = run.state('finished');
    run.start(config);
    await training;
    await run.next((event) => event.kind === 'steps');
    run.send({ kind: 'setBudget', budget: 0.6 });
    await finished;
    const { step } = run.of('budget')[0]!;
    expect(step).toBeGreaterThan(0);
    expect(run.rows.map(({ budget }) => budget)).toEqual(
      Array.from({ length: config.steps }, (_, index) => (index < step ? 0.3 : 0.6)),
    );
  });

  it('gives weights between steps, after the rows of those before them', async () => {
    const run = new RecordedSession({ ahead: 4 });
    const exported = run.next((event) => event.kind === 'weights');
    const finished = run.state('finished');
    run.start(config);
    await run.state('training');
    run.send({ kind: 'exportWeights' });
    await exported;
    const steps = run.rows.length;
    await finished;
    const paused = new RecordedSession();
    const rests = paused.state('paused');
    paused.start(config, true);
    await rests;
    for (let step = 0; step < steps; step++) {
      const again = paused.state('paused');
      paused.send({ kind: 'step' });
      await again;
    }
    const same = paused.next((event) => event.kind === 'weights');
    paused.send({ kind: 'exportWeights' });
    await same;
    expect(run.of('weights')[0]!.weights.tensors).toEqual(paused.of('weights')[0]!.weights.tensors);
  });

  it('that diverges stops at the same step with the same weights', async () => {
    const wild = { ...TINY, learningRate: 1, warmup: 0, larsTrust: 0.1, steps: 60, evaluateEvery: 1000 };
    const [straight, run] = await Promise.all(
      [1, 8].map((ahead) => new RecordedSession({ ahead }).whole(wild)),
    );
    expect(run!.of('failed')).toEqual(straight!.of('failed'));
    expect(run!.of('failed')).toHaveLength(1);
    expect(run!.rows).toEqual(straight!.rows);
    expect(run!.of('weights')).toEqual(straight!.of('weights'));
  });

  it('whose engine is lost goes on from its checkpoint', async () => {
    const straight = await new RecordedSession().whole(config);
    const lost = await new RecordedSession({ ahead: 4, breaksAt: ['step', 6] }).whole(config);
    expect(lost.messages.at(-1)).toMatchObject({ kind: 'interrupted' });
    const restored = await new RecordedSession({ ahead: 4 }).whole(config, lost.checkpoint);
    expect(restored.rows).toEqual(straight.rows.slice(lost.checkpoint.step));
    expect(restored.of('weights')).toEqual(straight.of('weights'));
  });
});
