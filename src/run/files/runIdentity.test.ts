import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { stepRow } from '../../store/run/stepRow.fixture.ts';
import { EMPTY_RECORD } from '../record.ts';
import { parseRunFile, runFileOf } from './runFile.ts';
import { identityOfFile } from './runIdentity.ts';

const fileOf = (losses: readonly number[], change: object = {}) =>
  parseRunFile(
    JSON.stringify({
      ...runFileOf(DEFAULT_CONFIG, {
        ...EMPTY_RECORD,
        steps: losses.map((loss, i) => ({ ...stepRow(i + 1), loss })),
      }),
      ...change,
    }),
  );

it('a run of a page is known by the id in its file', async () => {
  expect(await identityOfFile(fileOf([3, 2], { id: 'm1a2-b3-c4' }))).toBe('m1a2-b3-c4');
});

it('a file without an id is known by its losses, also when it is written again', async () => {
  const identity = await identityOfFile(fileOf([3, Number.NaN, 1]));
  expect(identity).toMatch(/^file-[0-9a-f]{32}$/);
  const again = parseRunFile(JSON.stringify(fileOf([3, Number.NaN, 1], { stoppedEarly: true })));
  expect(await identityOfFile(again)).toBe(identity);
  expect(await identityOfFile(fileOf([3, Number.NaN, 1.5]))).not.toBe(identity);
});

it('a file without steps has no moment that a link could name', async () => {
  expect(await identityOfFile(fileOf([]))).toBeNull();
});

it('an id of other characters is refused', () => {
  for (const id of ['', '../x', 'A', 'a'.repeat(65), 7])
    expect(() => fileOf([1], { id })).toThrow('this one does not fit: id');
});
