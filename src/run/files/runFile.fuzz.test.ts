import { beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../fields.ts';
import { cases, eachSeed } from '../../fuzz.fixture.ts';
import { hashedUniform } from '../../random.ts';
import { RecordedSession, TINY } from '../../session/session.fixture.ts';
import { checkpointOf, continuableOf } from '../checkpoint/runCheckpoint.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord } from '../record.ts';
import { eventsOf, parseRunFile, RunFileError, runFileOf } from './runFile.ts';
import { gzipOf, TextFileError, textOf } from './runText.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A real run as JSON, without its weights, which network/weightsCheck.ts reads. */
let text = '';
/** The same run with its checkpoint. */
let whole = '';
beforeAll(async () => {
  const session = await new RecordedSession().whole(TINY);
  const record = session.events.reduce(addToRecord, EMPTY_RECORD);
  const maps: RunRecord['maps'] = Object.fromEntries(
    (['gated', 'dense'] as const).map((branch) => [
      branch,
      { epoch: 0, step: 4, projection: 'pca', neighbours: null, xy: new Float32Array(20).fill(0.5) },
    ]),
  );
  const source = { kind: 'emoji10', test: 'unseen-style' } as const;
  const { checkpoint } = session;
  const continuable = await continuableOf({ config: TINY, input: 12, source, checkpoint });
  // The session itself draws no maps. Those of its evaluations make its moments whole.
  const moments = record.moments.map((moment) => ({ ...moment, maps }));
  const light = { ...record, maps, moments, weights: null };
  text = JSON.stringify(runFileOf(TINY, light, { ...continuable, checkpoint: null }));
  whole = JSON.stringify(runFileOf(TINY, light, continuable));
});

/** Draws whole numbers below `below`. They are the same for the same seed. */
function dice(seed: number): (below: number) => number {
  let draw = 0;
  return (below) => Math.min(below - 1, Math.floor(below * hashedUniform(seed, draw++)));
}

const HOSTILE: readonly Json[] = [
  ...[null, true, '', 'x', [], {}, -1, 0.5, 1e308, -1e308, 2 ** 53, 1e-320, 4294967296],
  ...['__proto__', '\u0000', '\ud800', 'NaN', '9'.repeat(400), [[[[[[]]]]]], { length: 1e9 }],
  ...[Array.from({ length: 300 }, () => 1), { constructor: null, __proto__: 1 }],
];

/** All places in a JSON value, as containers with a key. */
function places(value: Json, found: [Json[] | { [key: string]: Json }, string][] = []) {
  if (value !== null && typeof value === 'object') {
    for (const key of Object.keys(value)) {
      found.push([value, key]);
      places((value as { [key: string]: Json })[key]!, found);
    }
  }
  return found;
}

/** The file with one to three of its values replaced, removed, doubled or swapped. */
function mutated(seed: number): string {
  const roll = dice(seed);
  const json: Json = JSON.parse(text);
  for (let edits = 1 + roll(3); edits > 0; edits--) {
    const all = places(json);
    // Without this choice, most changes would hit rows and tensors. Now a third of them hit the top level.
    const top = all.filter(([holder]) => holder === json);
    const pool = roll(3) === 0 ? top : all;
    const [holder, key] = pool[roll(pool.length)]!;
    const cell = holder as { [key: string]: Json };
    switch (roll(5)) {
      case 0:
        cell[key] = HOSTILE[roll(HOSTILE.length)]!;
        break;
      case 1:
        if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else delete cell[key];
        break;
      case 2:
        if (Array.isArray(holder)) holder.splice(Number(key), 0, holder[Number(key)]!);
        else cell[`${key}s`] = cell[key]!;
        break;
      case 3: {
        const value = cell[key];
        if (typeof value === 'number') cell[key] = [-value, value + 1, value * 1e6, value / 3][roll(4)]!;
        else if (typeof value === 'string') cell[key] = value.slice(0, roll(value.length + 1));
        break;
      }
      default: {
        const [other, otherKey] = all[roll(all.length)]!;
        cell[key] = structuredClone((other as { [key: string]: Json })[otherKey]!);
      }
    }
  }
  return JSON.stringify(json);
}

/**
 * Does all that a page does with a run file. Throws an error that must not occur; true when the file was
 * accepted.
 */
function isTaken(file: string): boolean {
  try {
    const run = parseRunFile(file);
    const record = eventsOf(run, 'fuzz').reduce(addToRecord, EMPTY_RECORD);
    expect(checkConfig(run.config)).toEqual([]);
    expect(record.steps.every(({ step }, i) => i === 0 || step > record.steps[i - 1]!.step)).toBe(true);
    return true;
  } catch (error) {
    if (!(error instanceof RunFileError)) throw error;
    expect(error.message.length).toBeLessThan(1500);
    return false;
  }
}

describe('run files that were changed at random', () => {
  it('are refused in words, or show a run that can be drawn: values', async () => {
    expect(isTaken(text)).toBe(true);
    let taken = 0;
    await eachSeed(2000, (seed) => {
      if (isTaken(mutated(seed))) taken++;
    });
    // Some changes do no harm; most do.
    expect(taken).toBeGreaterThan(cases(20));
    expect(taken).toBeLessThan(cases(1500));
  });

  it('are refused in words, or show a run that can be drawn: characters', async () => {
    await eachSeed(2000, (seed) => {
      const roll = dice(1e6 + seed);
      const from = roll(text.length);
      const to = from + roll(roll(2) === 0 ? 4 : 2000);
      const insert = ['', '"', ',', '}', ']', '[[', '{"a":', '-', 'e9', '\u0000', '\\u0000', 'null'][
        roll(12)
      ]!;
      isTaken(text.slice(0, from) + insert + text.slice(to));
    });
  });

  it('are refused in words as packed bytes, and give up at the limit', async () => {
    const packed = new Uint8Array(await (await gzipOf(text)).arrayBuffer());
    await eachSeed(400, async (seed) => {
      const roll = dice(2e6 + seed);
      const bytes = packed.slice(0, roll(4) === 0 ? 1 + roll(packed.length) : packed.length);
      for (let flips = roll(3); flips >= 0; flips--) bytes[roll(bytes.length)]! ^= 1 << roll(8);
      try {
        isTaken(await textOf(new Blob([bytes]), 2 * text.length));
      } catch (error) {
        if (!(error instanceof TextFileError)) throw error;
      }
    });
  });

  it('carry a checkpoint that is whole or refused', async () => {
    const run = parseRunFile(whole);
    const kept = run.checkpoint!;
    await eachSeed(150, async (seed) => {
      const roll = dice(3e6 + seed);
      const from = roll(kept.length);
      const changed =
        kept.slice(0, from) + ['', 'A', '=', '\u0000', '////'][roll(5)] + kept.slice(from + roll(9));
      const checkpoint = roll(3) === 0 ? kept.slice(0, from) : changed;
      if (checkpoint === kept) return;
      await expect(checkpointOf({ ...run, checkpoint })).rejects.toThrow(RunFileError);
    });
  });
});

describe('hostile run files', () => {
  const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  it.each([
    ['nested without end', () => text.replace('"epochs":', `"deep":${deep(200_000)},"epochs":`), null],
    [
      'nested where rows should be',
      () => text.replace('"epochs":[', `"epochs":[${deep(200_000)},`),
      /epochs/,
    ],
    ['a network without end', () => text.replace('"width":4', '"width":4000000'), /width|Width/],
    ['images without end', () => text.replace(/"size":12/, '"size":1000000000'), /data.size must be/],
    [
      'steps that go back',
      () => text.replace('"step":2,', '"step":1,'),
      /order of their steps, got 1 after 1/,
    ],
    ['more steps than its run has', () => text.replace('"steps":6', '"steps":5'), /at most the 5/],
    ['a budget of nothing', () => text.replace('"budget":0.3', '"budget":-3'), /Budget t_d must be/],
    ['a map without its images', () => text.replace('0.5,0.5,', ''), /must have 20 numbers, got 18/],
    [
      'moments that go back',
      () => text.replace(/"moments":\[\{"epoch":0,"step":0/, '"moments":[{"epoch":0,"step":9'),
      /moments must be in the order of their steps, got 4 after 9/,
    ],
    ['a map as wide as features that diverge', () => text.replace('0.5,0.5,', '0.5,3e38,'), null],
    ['a map of nowhere', () => text.replace('0.5,0.5,', '0.5,1e300,'), /must lie within/],
  ])('with %s are taken only where it does no harm', (_, make, reason) => {
    const file = make();
    expect(file).not.toBe(text);
    if (reason === null) expect(isTaken(file)).toBe(true);
    else {
      expect(() => parseRunFile(file)).toThrow(RunFileError);
      expect(() => parseRunFile(file)).toThrow(reason);
    }
  });
});
