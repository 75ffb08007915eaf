import { describe, expect, it } from 'vitest';
import { noiseData, RecordedSession, TINY } from './session.fixture.ts';

describe('a run that cannot go on', () => {
  it('whose loss diverges names the step and the term, and keeps the last finite weights', async () => {
    const config = { ...TINY, learningRate: 1, warmup: 0, larsTrust: 0.1, steps: 60, evaluateEvery: 1000 };
    const run = await new RecordedSession().whole(config);
    const failure = run.of('failed')[0]!;
    const last = run.rows.at(-1)!;
    expect(failure.reason).toBe('diverged');
    expect(failure.message).toContain(`at step ${last.step + 1}: `);
    expect(failure.message).toMatch(/(invariance|variance|covariance) term \((Infinity|NaN)\)/);
    expect(failure.advice).toContain('learning rate');
    const [broken] = run.of('diverged');
    expect(broken!.row).toMatchObject({ step: last.step + 1, budget: last.budget });
    expect(broken!.row.loss).not.toSatisfy(Number.isFinite);
    expect(run.rows.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(run.of('state').at(-1)!.state).toBe('failed');
    expect(run.of('finished')).toEqual([]);
    expect(run.of('weights')).toHaveLength(1);
    const { parameters } = await run.engines[0]!.state();
    for (const values of parameters.values()) expect(values.every(Number.isFinite)).toBe(true);
  });

  it('whose features diverge before its loss does says so, and hands over no such weights', async () => {
    const { checkpoint } = await new RecordedSession().whole({ ...TINY, steps: 4 });
    for (const name of checkpoint.engine.parameters.keys())
      if (name.endsWith('bn1_t.weight')) checkpoint.engine.parameters.get(name)!.fill(1e30);
    const run = await new RecordedSession().whole(TINY, checkpoint);
    const failure = run.of('failed')[0]!;
    expect(failure.reason).toBe('diverged');
    expect(failure.message).toMatch(
      /^The (gated|dense) branch’s features stopped being finite numbers by step 4,/,
    );
    expect(failure.advice).toContain('learning rate');
    expect(run.of('weights')).toEqual([]);
    expect(run.of('state').at(-1)!.state).toBe('failed');
  });

  it('with settings out of range says which', async () => {
    const run = await new RecordedSession().whole({ ...TINY, width: 65, budget: 2 });
    const failure = run.of('failed')[0]!;
    expect(failure.reason).toBe('config');
    expect(failure.message).toContain('Budget t_d must be');
    expect(failure.message).toContain('from 2 to 64');
    expect(run.setups).toEqual([]);
  });

  it('with fewer images than a batch says so', async () => {
    const run = await new RecordedSession({ data: noiseData(7) }).whole(TINY);
    expect(run.of('failed')[0]!.message).toContain('at least 8 training images, got 7');
  });
});
