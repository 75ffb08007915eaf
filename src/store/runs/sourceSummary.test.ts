import { describe, expect, it } from 'vitest';
import { WHOLE } from '../../data/formats/files.ts';
import { sourceKey } from '../../run/sets/runSummary.ts';
import type { DataSource } from '../settings.ts';
import { sourceOfSummary, summaryOfSource } from './sourceSummary.ts';

const EMOJI: DataSource = { kind: 'emoji10', test: 'unseen-style' };

function files(...paths: readonly string[]): Extract<DataSource, { kind: 'files' }> {
  const train = paths.map((path) => ({ path, file: new File(['123'], path) }));
  return { kind: 'files', ...WHOLE, side: 48, train, test: [] };
}

const CHOSEN = files('a.bin', 'b.bin');
const NOTE = { source: summaryOfSource(CHOSEN), fingerprint: 'f00', imagesKept: true };

describe('a source that was written down', () => {
  it('is itself where nobody has to hand anything over', () => {
    const note = summaryOfSource(EMOJI);
    expect(sourceOfSummary({ source: note, fingerprint: null, imagesKept: false }, CHOSEN)).toEqual(EMOJI);
  });

  it('holds no file, and is told apart by the same key', () => {
    expect(structuredClone(NOTE.source)).toEqual({
      ...{ kind: 'files', side: 48, limits: WHOLE.limits, count: 2, first: ['a.bin', 'b.bin'] },
      key: sourceKey(CHOSEN),
    });
    const kept = sourceOfSummary(NOTE, EMOJI);
    if (typeof kept === 'string') throw new Error(kept);
    expect(kept).toMatchObject({ kind: 'files', side: 48, kept: { fingerprint: 'f00' } });
    expect(sourceKey(kept)).toBe(sourceKey(CHOSEN));
    expect(summaryOfSource(kept)).toMatchObject({ key: sourceKey(CHOSEN) });
  });

  it('without a copy takes the files that are chosen, read as the run read them; else it says what to choose', () => {
    const note = { ...NOTE, imagesKept: false };
    expect(sourceOfSummary(note, { ...files('c.bin'), side: null })).toMatchObject({
      ...{ side: 48, train: [{ path: 'c.bin' }] },
    });
    const asked = { ...note, source: summaryOfSource({ ...CHOSEN, layout: 'splits' }) };
    expect(sourceOfSummary(asked, files('c.bin'))).toMatchObject({ layout: 'splits' });
    expect(sourceOfSummary(note, { ...files('c.bin'), layout: 'splits' })).not.toHaveProperty('layout');
    expect(sourceOfSummary(note, EMOJI)).toMatch(
      /Choose its files again in the Data panel.*a\.bin, b\.bin\.$/,
    );
    const many = files(...Array.from({ length: 9 }, (_, i) => `${i}.png`));
    expect(sourceOfSummary({ ...note, source: summaryOfSource(many) }, EMOJI)).toMatch(
      /5\.png and 3 more\.$/,
    );
  });
});
