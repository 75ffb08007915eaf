import { beforeAll, describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../advice.fixture.ts';
import type { SystemId } from '../config.ts';
import { noiseData, RecordedSession, TINY } from '../session/session.fixture.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import type { Order } from './door/protocol.ts';
import { type Laboratory, openLaboratory } from './laboratory.ts';
import { performSlice } from './slice.ts';
import { perform } from './workbench.ts';

// What each text about an order advises, done: a row has the order that is refused, and the one that is not.

type Asked = Exclude<Order, { kind: 'parity' }>;

const data = noiseData(24, 12);
const opened: Record<'gated' | 'dense' | 'cut', Laboratory | null> = { gated: null, dense: null, cut: null };

async function laboratoryOf(system: SystemId): Promise<Laboratory> {
  const run = await new RecordedSession({ data }).whole({ ...TINY, system, steps: 2 });
  return openLaboratory(run.of('weights')[0]!.weights, data, { pool: nodePlaces() });
}

beforeAll(async () => {
  opened.gated = await laboratoryOf('vicreg-gating');
  opened.dense = await laboratoryOf('vicreg');
  const order = { kind: 'slice', form: 'never-open' } as const;
  const { weights } = await performSlice(opened.gated, order, async () => {});
  opened.cut = await openLaboratory(weights, data, { pool: nodePlaces() });
});

const ordered = (name: keyof typeof opened, order: Asked) => async () => {
  const outcome = await perform(opened[name]!, order, async () => {});
  expect(outcome.kind).toBe(order.kind);
};

const dialAt = (...budgets: number[]): Asked => ({
  ...{ kind: 'dial', budgets, step: 2 },
  ...{ sample: null, shuffle: null, map: null },
});
const GATED = /the network must have gates, and this one has none\. Train a gated system\.$/;

const ORDERS: readonly AdviceRow[] = [
  [
    'a dial of a dense network',
    ordered('dense', dialAt(0.3)),
    /this one is dense: .*\. Train a gated or a slimmable system\.$/,
    ordered('gated', dialAt(0.3)),
  ],
  [
    'a budget above all MACs',
    ordered('gated', dialAt(30)),
    /above 0 and up to 1, got 30\. Ask for shares such as 0\.3\.$/,
    ordered('gated', dialAt(0.3)),
  ],
  ['no budget', ordered('gated', dialAt()), /got none\. Ask for shares/, ordered('gated', dialAt(0.3))],
  [
    'a timing at a budget below all MACs',
    ordered('gated', { kind: 'inference', engine: 'wasm', budget: 0 }),
    /above 0 and up to 1, got 0\. Ask for shares such as 0\.3\.$/,
    ordered('gated', { kind: 'inference', engine: 'wasm', budget: 0.3 }),
  ],
  [
    'a slice of a slice',
    ordered('cut', { kind: 'slice', form: 'frozen', budget: 0.3 }),
    /These weights are a slice: .*\. Choose the file of the whole network\.$/,
    ordered('gated', { kind: 'slice', form: 'frozen', budget: 0.3 }),
  ],
  [
    'a slice of a dense network',
    ordered('dense', { kind: 'slice', form: 'never-open' }),
    GATED,
    ordered('gated', { kind: 'slice', form: 'never-open' }),
  ],
  [
    'a timing of a dense network',
    ordered('dense', { kind: 'inference', engine: 'wasm' }),
    GATED,
    ordered('gated', { kind: 'inference', engine: 'wasm' }),
  ],
];

describe('the advice of texts about orders', () => testAdvice(ORDERS));
