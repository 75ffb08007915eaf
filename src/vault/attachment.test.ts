import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import { EMPTY_RECORD } from '../run/record.ts';
import { attachmentOf, readAttachment } from './attachment.ts';
import { newEntry } from './door/entry.ts';

const ENTRY = newEntry({
  ...{ id: 'a', config: DEFAULT_CONFIG, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z' },
  source: { kind: 'emoji10', test: 'unseen-style' },
});
const TEXT = attachmentOf(ENTRY, EMPTY_RECORD, 0);

describe('the run beside a checkpoint', () => {
  it('is read as it was written', () => {
    expect(readAttachment(TEXT, 'a').config).toEqual(DEFAULT_CONFIG);
  });

  it.each([
    ['cut off', TEXT.slice(0, 20), 'a', /must be JSON, and is not/],
    ['of another shape', '{"id": 1}', 'a', /does not fit/],
    ['of another run', TEXT, 'b', /is of another run than the one it is kept for/],
  ])('is refused if it is %s', (_, text, id, words) => {
    expect(() => readAttachment(text, id)).toThrow(words);
  });
});
