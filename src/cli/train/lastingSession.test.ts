import { afterEach, expect, it, vi } from 'vitest';
import { useBackend } from '../../method/backend.ts';
import { TfjsEngine } from '../../method/tfjsEngine.ts';
import type { SessionEvent } from '../../run/protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord, rewound } from '../../run/record.ts';
import type { EngineOrder } from '../../session/engines/engineOrder.ts';
import { type EngineCall, FragileEngine, noiseData, TINY } from '../../session/session.fixture.ts';
import { LastingSession } from './lastingSession.ts';

afterEach(() => void vi.unstubAllGlobals());

/** Trains a tiny run whose engine breaks at these calls, one engine after another. */
async function trained(breaks: readonly EngineCall[]) {
  let record: RunRecord = EMPTY_RECORD;
  const [said, failures]: [string[], SessionEvent[]] = [[], []];
  const left = [...breaks];
  const outcome = await new LastingSession({
    start: {
      ...{ kind: 'start', run: 'cli', config: TINY, engine: 'wasm', paused: false },
      source: { kind: 'emoji10', test: 'unseen-style' },
    },
    data: noiseData(),
    checkpointMs: 60_000,
    openEngine: async ({ setup }: EngineOrder) => {
      await useBackend('wasm');
      const info = {
        name: 'wasm',
        reason: 'a test',
        details: {},
        selfTest: { worstError: 0, ms: 0 },
      } as const;
      return { engine: new FragileEngine(new TfjsEngine(setup), left.shift() ?? null, 1), info };
    },
    hear: (event) => {
      record = addToRecord(record, event);
      if (event.kind === 'failed') failures.push(event);
    },
    keep: (event) => {
      if (event.kind === 'rewound') record = rewound(record, event.step);
    },
    say: (line) => said.push(line),
  }).run();
  const losses = record.steps.map(({ loss }) => loss);
  return { outcome, said, failures, losses };
}

it('a run whose engine is lost twice is the run that nothing disturbed', async () => {
  const undisturbed = await trained([]);
  // One epoch has four steps: the first engine is lost after the checkpoint of the first one.
  const lost = await trained([
    ['step', 5],
    ['step', 1],
  ]);
  expect([lost.outcome, lost.losses]).toEqual(['ended', undisturbed.losses]);
  expect(lost.losses).toHaveLength(6);
  expect(lost.said).toHaveLength(2);
  expect(lost.said[0]).toMatch(/^The device was lost \(a test\)\. The engine is opened again/);
});

it('a run whose engine is lost again and again is given up, with what to do', async () => {
  // The seconds between the attempts are left out.
  vi.stubGlobal('setTimeout', (work: () => void) => setImmediate(work));
  const always: EngineCall[] = Array.from({ length: 5 }, (_, i) => ['step', i === 0 ? 4 : 0]);
  const { outcome, said } = await trained(always);
  expect(outcome).toBe('failed');
  expect(said.at(-1)).toContain('--resume goes on from its file');
});
