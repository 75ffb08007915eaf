import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Branch } from '../../metrics.ts';
import { networkOf } from '../../network/fromConfig.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { stream } from '../../random.ts';
import type { Moment } from '../moments.ts';
import type { SessionNews } from '../protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord } from '../record.ts';
import { recordAt } from '../recordAt.ts';
import { eventsOf, parseRunFile, RunFileError, runFileOf } from './runFile.ts';
import { MOST_CHARACTERS, momentsIn } from './runMoments.ts';

const config = { ...DEFAULT_CONFIG, width: 4 };
const { blocks } = networkOf(config, 32);
const IMAGES = 7;
const FORMATS = new URL('../../../docs/formats.md', import.meta.url);

/** The maps and gates of one evaluation, of the first `count` map images. */
function evaluation(step: number, count = IMAGES, projection: 'umap' | 'pca' = 'umap'): SessionNews[] {
  const random = stream(step, 'map');
  const at = { epoch: step / 10, step };
  const map = (branch: Branch): SessionNews => ({
    ...{ kind: 'map', ...at, projection, neighbours: projection === 'umap' ? 15 : null, branch },
    ...(projection === 'pca' && { instead: true }),
    xy: Float32Array.from({ length: 2 * count }, () => Math.fround(4 * random.normal())),
  });
  const gates = blocks.map(({ channels }) =>
    Uint8Array.from({ length: count * channels }, () => Number(random.uniform() < 0.5)),
  );
  const features: SessionNews = { kind: 'features', ...at, count, features: {}, gates };
  return [features, map('dense'), map('gated')];
}

const file = (labels: number) => ({
  ...runFileOf(config, EMPTY_RECORD),
  mapLabels: Array.from({ length: labels }, (_, i) => i % 10),
});

/** A run of `labels` map images that has told so much. */
function told(news: readonly SessionNews[], labels = IMAGES): RunRecord {
  const begun = eventsOf(parseRunFile(JSON.stringify(file(labels))), 'a').reduce(addToRecord, EMPTY_RECORD);
  const row = { step: 40, epoch: 3, loss: 1, invariance: 1, variance: 1, covariance: 1 };
  const step = { ...row, budgetLoss: 0, boundLoss: 0, macRatio: 0.5, budget: 0.3, lr: 0.1, ms: 1, terms: [] };
  const all: SessionNews[] = [{ kind: 'steps', rows: [step] }, ...news];
  return all.reduce((record, item) => addToRecord(record, { ...item, run: 'a' }), begun);
}

const textOf = (record: RunRecord) => JSON.stringify(runFileOf(config, record));
const reread = (text: string) => eventsOf(parseRunFile(text), 'b').reduce(addToRecord, EMPTY_RECORD);

describe('the moments of a run', () => {
  const run = told([0, 10, 20, 30].flatMap((step) => evaluation(step, step === 0 ? 5 : IMAGES)));

  it('go through its file: every map to a 65,535th of its extent, every gate to the bit', () => {
    const back = reread(textOf(run));
    expect(back.moments.map(({ step }) => step)).toEqual([0, 10, 20, 30]);
    for (const [i, { maps, gates }] of run.moments.entries()) {
      const again = back.moments[i]!;
      expect(again.gates).toEqual(gates);
      for (const branch of ['dense', 'gated'] as const) {
        const { xy, ...about } = maps[branch]!;
        const { xy: others, ...told } = again.maps[branch]!;
        expect(told).toEqual(about);
        expect(others.length).toBe(xy.length);
        for (const [n, value] of xy.entries()) expect(Math.abs(others[n]! - value)).toBeLessThan(1e-3);
      }
    }
  });

  it('show the same at each step after the file as before it', () => {
    const back = reread(textOf(run));
    for (const step of [0, 9, 10, 25]) {
      const [now, then] = [recordAt(back, step), recordAt(run, step)];
      expect(now.maps.dense?.step).toBe(then.maps.dense?.step);
      expect(now.mapGates).toEqual(then.mapGates);
    }
  });

  it('are written once more as they were read', () => {
    const once = textOf(run);
    const twice = textOf(reread(once));
    expect(textOf(reread(twice))).toBe(twice);
    expect(JSON.parse(twice).moments.length).toBe(3);
  });

  it('leave the newest to the maps of the file, which have it in full', () => {
    const { moments, maps } = JSON.parse(textOf(run));
    expect(moments.map(({ step }: { step: number }) => step)).toEqual([0, 10, 20]);
    expect(maps.map(({ step }: { step: number }) => step)).toEqual([30, 30]);
    expect(reread(textOf(run)).maps.dense!.xy[0]).toBeCloseTo(run.maps.dense!.xy[0]!, 4);
  });

  it('keep a PCA that the user wanted among UMAPs, also as the newest', () => {
    const wanted = told([
      ...evaluation(0),
      ...evaluation(10, IMAGES, 'pca'),
      ...evaluation(20),
      ...evaluation(30, IMAGES, 'pca'),
    ]);
    const back = reread(textOf(wanted));
    expect(back.moments.map(({ maps }) => maps.dense?.projection)).toEqual(['umap', 'pca', 'umap', 'pca']);
    expect(back.maps.gated?.projection).toBe('pca');
  });

  it('without maps are left out: gates alone are not looked back at', () => {
    const [gates] = evaluation(0);
    expect(momentsIn(told([gates!, ...evaluation(10)]))).toEqual([]);
  });

  it('of a file from before there were any show its newest maps at every step', () => {
    const { moments: _, ...old } = JSON.parse(textOf(run));
    const back = reread(JSON.stringify(old));
    expect(back.moments.map(({ step }) => step)).toEqual([30]);
    expect(recordAt(back, 5).maps.dense?.step).toBe(30);
  });
});

describe('the room for moments in a file', () => {
  const labels = 1000;
  const run = told(Array.from({ length: 61 }, (_, i) => evaluation(10 * i, labels)).flat(), labels);

  it('is bounded: a run of many evaluations keeps as many as fit, at even distances', () => {
    expect(momentsIn(run).length).toBe(60);
    expect(JSON.stringify(momentsIn(run)).length).toBeLessThanOrEqual(MOST_CHARACTERS);
    const most = MOST_CHARACTERS / 3;
    const stored = momentsIn(run, most);
    const { length } = JSON.stringify(stored);
    expect(length).toBeLessThanOrEqual(most);
    expect(length).toBeGreaterThan(0.9 * most);
    const steps = stored.map(({ step }) => step);
    expect([steps[0], steps.at(-1)]).toEqual([0, 590]);
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(10);
  });

  it('is enough for the evaluations that docs/formats.md tells', () => {
    const network = networkOf({ ...DEFAULT_CONFIG, width: 8 }, 32);
    const at = (epoch: number) => ({ epoch, step: 10 * epoch });
    const moments = Array.from({ length: 100 }, (_, epoch): Moment => {
      const map = { ...at(epoch), projection: 'umap', neighbours: 15, xy: new Float32Array(2000) } as const;
      const nearest = new Uint16Array(5 * 1000);
      return {
        ...at(epoch),
        maps: { dense: map, gated: map },
        gates: {
          ...at(epoch),
          blocks: network.blocks.map(({ channels }) => new Uint8Array(1000 * channels)),
        },
        nearest: { ...at(epoch), count: 1000, branches: { dense: nearest, gated: nearest } },
      };
    });
    const ready = { ...run.ready!, network: { ...run.ready!.network, blocks: network.blocks } };
    const stored = momentsIn({ ...EMPTY_RECORD, ready, moments });
    const told = /3 MB of text: (\d+) evaluations/.exec(readFileSync(FORMATS, 'utf8'))?.[1];
    expect(stored.length).toBe(Number(told));
  });

  it('may be less than one moment: then there is none', () => {
    expect(momentsIn(run, 1000)).toEqual([]);
    expect(momentsIn(run, 40_000).map(({ step }) => step)).toEqual([0]);
  });
});

describe('moments that do not fit their run', () => {
  const whole = JSON.parse(textOf(told([0, 10, 20].flatMap((step) => evaluation(step)))));
  const [first, second] = whole.moments;
  const [dense] = first.maps;
  const withMap = (change: object) => [{ ...first, maps: [{ ...dense, ...change }] }, second];
  it.each<[string, unknown, RegExp]>([
    ['in another order', [second, first], /moments must be in the order of their steps, got 0 after 10/],
    ['more than a page keeps', Array(121).fill(first), /moments must be at most 120, got 121/],
    ['of a branch that is not trained', withMap({ branch: 'slim50' }), /branches gated, dense, got slim50/],
    ['with half a point', withMap({ xy: dense.xy.slice(0, -4) }), /step 0 must be base64 of x and y/],
    ['with text for points', withMap({ xy: '????' }), /must be base64 of x and y/],
    ['with more points than images', withMap({ xy: 'AAAA'.repeat(40) }), /at most the 7 map images/],
    ['far away', withMap({ box: [0, 1e300, 1] }), /must lie within/],
    ['without an extent', withMap({ box: [0, 0, 0] }), /must lie within/],
    ['with a box of words', withMap({ box: ['a', 0, 1] }), /moments\.0\.maps\.0\.box\.0/],
    [
      'of different images',
      [{ ...first, maps: [dense, { ...first.maps[1], xy: '' }] }, second],
      /must be of the same 7 images, got 0/,
    ],
    ['with gates of too few blocks', [{ ...first, gates: first.gates.slice(1) }], /must be of 8 blocks/],
    [
      'with gates of other images',
      [{ ...first, gates: first.gates.map(() => 'AA==') }],
      /gates of layer1\.0 at step 0: 28 flags must have/,
    ],
  ])('are refused in words: %s', (_, moments, words) => {
    const text = JSON.stringify({ ...whole, moments });
    expect(() => parseRunFile(text)).toThrow(RunFileError);
    expect(() => parseRunFile(text)).toThrow(words);
  });
});
