import { describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { noiseData, TINY } from '../../session/session.fixture.ts';
import { record } from './record.ts';

// What each text of npm run recorded about its work advises, done.

const source = { kind: 'emoji10', test: 'unseen-style' } as const;
const plan = { config: { ...TINY, steps: 2 }, move: null };
const recorded = (images: number) => async () => {
  const made = await record({ plan, data: noiseData(images), source, engine: 'wasm', onEvent: () => {} });
  expect(made.record.steps).toHaveLength(2);
};

const FAILED: readonly AdviceRow[] = [
  [
    'a run that fails',
    recorded(7),
    /at least 8 training images, got 7\. Choose more images or a smaller batch\.$/,
    recorded(8),
  ],
];

describe('the advice of texts about recording', () => testAdvice(FAILED));
