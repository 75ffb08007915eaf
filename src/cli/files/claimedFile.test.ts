import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { ClaimedFile, writtenName } from './claimedFile.ts';
import { emptyFolder } from './emptyFolder.fixture.ts';

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return { ...real, rename: vi.fn(real.rename) };
});

const folder = emptyFolder();
const read = (name: string) => readFileSync(folder.at(name), 'utf8');

it('is replaced by its own process as often as that wants', async () => {
  writeFileSync(folder.at('run.json'), 'old');
  const file = await ClaimedFile.of(folder.at('run.json'));
  for (const content of ['first', Uint8Array.of(104, 105), 'third'])
    expect(await file.write(content)).toEqual({ path: folder.at('run.json'), insteadOf: null });
  expect([readdirSync(folder.path), read('run.json')]).toEqual([['run.json'], 'third']);
});

it.each([
  ['a new file', null],
  ['a file that is replaced', 'old'],
])('keeps what came meanwhile, and goes beside it: %s', async (_, before) => {
  if (before !== null) writeFileSync(folder.at('run.json.gz'), before);
  const file = await ClaimedFile.of(folder.at('run.json.gz'));
  writeFileSync(folder.at('run.json.gz'), 'of another');
  writeFileSync(folder.at('run-2.json.gz'), 'there before');
  const beside = { path: folder.at('run-3.json.gz'), insteadOf: folder.at('run.json.gz') };
  expect([await file.write('mine'), await file.write('mine, later')]).toEqual([beside, beside]);
  expect(writtenName(beside)).toBe(
    `${beside.path} (${beside.insteadOf} was changed by another meanwhile, and stays)`,
  );
  expect(readdirSync(folder.path).map((each) => [each, read(each)])).toEqual([
    ['run-2.json.gz', 'there before'],
    ['run-3.json.gz', 'mine, later'],
    ['run.json.gz', 'of another'],
  ]);
});

it('loses none of many that write into one new file at once', async () => {
  const files = await Promise.all(Array.from({ length: 8 }, () => ClaimedFile.of(folder.at('run.json'))));
  await Promise.all(files.map((file, i) => file.write(`run ${i}`)));
  const contents = readdirSync(folder.path).map(read);
  expect(contents.toSorted()).toEqual(Array.from({ length: 8 }, (_, i) => `run ${i}`));
});

it('is written again where it was deleted, and goes beside a folder that took its place', async () => {
  writeFileSync(folder.at('a'), 'old');
  const [file, other] = [await ClaimedFile.of(folder.at('a')), await ClaimedFile.of(folder.at('b'))];
  rmSync(folder.at('a'));
  mkdirSync(folder.at('b'));
  await file.write('new');
  await other.write('other');
  expect([readdirSync(folder.path), read('a'), read('b-2')]).toEqual([['a', 'b', 'b-2'], 'new', 'other']);
});

it('goes beside what cannot be read, because nobody knows whether that is still the same', async () => {
  mkdirSync(folder.at('run.json'));
  const file = await ClaimedFile.of(folder.at('run.json'));
  await file.write('mine');
  expect([readdirSync(folder.path), read('run-2.json')]).toEqual([['run-2.json', 'run.json'], 'mine']);
});

it('leaves nothing behind where it cannot be put, and takes the same name later', async () => {
  const file = await ClaimedFile.of(folder.at('run.json'));
  writeFileSync(folder.at('run.json'), 'of another');
  vi.mocked(rename).mockRejectedValueOnce(new Error('the server is gone'));
  await expect(file.write('mine')).rejects.toThrow('the server is gone');
  expect(readdirSync(folder.path)).toEqual(['run.json']);
  await file.write('mine');
  expect([readdirSync(folder.path), read('run-2.json')]).toEqual([['run-2.json', 'run.json'], 'mine']);
});

it('stays a link, and leaves the other name of its content alone', async () => {
  mkdirSync(folder.at('kept'));
  writeFileSync(folder.at('kept/run.json'), 'old');
  symlinkSync(folder.at('kept/run.json'), folder.at('link.json'));
  linkSync(folder.at('kept/run.json'), folder.at('copy.json'));
  await (await ClaimedFile.of(folder.at('link.json'))).write('new');
  expect(lstatSync(folder.at('link.json')).isSymbolicLink()).toBe(true);
  expect([read('kept/run.json'), read('copy.json')]).toEqual(['new', 'old']);
});

it('takes names as long as names may be', async () => {
  const path = folder.at(`${'é'.repeat(125)}.json`);
  const file = await ClaimedFile.of(path);
  await file.write('first');
  writeFileSync(path, 'of another');
  await file.write('second');
  expect(readdirSync(folder.path).map(read).toSorted()).toEqual(['of another', 'second']);
});
