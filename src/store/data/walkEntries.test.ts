import { describe, expect, it } from 'vitest';
import { entry, many, type Tree } from './walkEntries.fixture.ts';
import { walkEntries, walkPicked } from './walkEntries.ts';

const NEVER = new AbortController().signal;

const walk = (entries: readonly FileSystemEntry[], most?: number) =>
  walkEntries(entries, NEVER, () => {}, most);
const paths = ({ files }: { readonly files: readonly { readonly path: string }[] }) =>
  files.map(({ path }) => path);

describe('a dropped folder', () => {
  it('is walked to its depths, with paths below it and its name', async () => {
    const tree = { train: { cat: { '10.png': null, '9.png': null }, dog: { '1.png': null } }, 'a.txt': null };
    const walked = await walk([entry('photos', tree)]);
    expect(walked.name).toBe('photos');
    expect(paths(walked)).toEqual(['a.txt', 'train/cat/9.png', 'train/cat/10.png', 'train/dog/1.png']);
    expect(await walked.files[1]!.file.text()).toBe('9.png');
  });

  it('is read to its end, however many entries it has', async () => {
    const found: number[] = [];
    const { files } = await walkEntries([entry('photos', many(257))], NEVER, (count) => found.push(count));
    expect(files).toHaveLength(257);
    expect(found.at(-1)).toBe(257);
  });

  it('leaves out what systems leave in folders', async () => {
    const tree = {
      '.DS_Store': null,
      '.git': { 'x.png': null },
      __MACOSX: { '1.png': null },
      a: { 'Thumbs.db': null, '1.png': null },
    };
    expect(paths(await walk([entry('photos', tree)]))).toEqual(['a/1.png']);
  });

  it('is refused in words when its folders lie too deep in each other', async () => {
    const deep = (folders: number): Tree => (folders === 0 ? { '1.png': null } : { a: deep(folders - 1) });
    expect((await walk([entry('photos', deep(64))])).files).toHaveLength(1);
    await expect(walk([entry('photos', deep(65))])).rejects.toThrow(/at most 64 deep in each other, got 65/);
  });

  it('is refused in words when it has too many files', async () => {
    await expect(walk([entry('disk', { a: many(60), b: many(60) })], 100)).rejects.toThrow(
      /at most 100.*Choose a folder further down/,
    );
    expect(paths(await walk([entry('disk', many(100))], 100))).toHaveLength(100);
  });

  it('is given up when the user has enough', async () => {
    const stop = new AbortController();
    const walking = walkEntries([entry('photos', many(500))], stop.signal, (found) => {
      if (found === 200) stop.abort();
    });
    await expect(walking).rejects.toThrow(/abort/i);
  });

  it('says which of its folders cannot be read', async () => {
    const broken = {
      ...entry('locked', {}),
      createReader: () => ({
        readEntries: (_: unknown, fail: (fault: Error) => void) => fail(new Error('not allowed')),
      }),
    } as Partial<FileSystemDirectoryEntry> as FileSystemEntry;
    await expect(walk([broken])).rejects.toThrow(/folder “locked” could not be read.*not allowed/);
  });
});

it('a file that cannot be read is given with the reason, and the others are walked', async () => {
  const gone = {
    ...entry('gone.png', null),
    file: (_: unknown, fail: (fault: Error) => void) => fail(new Error('not found')),
  } as Partial<FileSystemFileEntry> as FileSystemEntry;
  const { files } = await walk([entry('cat', many(1)), gone]);
  expect(files.map(({ path, fault }) => [path, fault ?? ''])).toEqual([
    ['cat/0.png', ''],
    ['gone.png', expect.stringMatching(/gone\.png cannot be read.*not found/)],
  ]);
});

it('class folders that are dropped side by side keep their names', async () => {
  const walked = await walk([entry('cat', many(2)), entry('dog', many(1)), entry('readme.txt', null)]);
  expect(walked.name).toBeNull();
  expect(paths(walked)).toEqual(['cat/0.png', 'cat/1.png', 'dog/0.png', 'readme.txt']);
});

it('a picked folder gives the same as a dropped one', () => {
  const file = (path: string) => Object.assign(new File([], path), { webkitRelativePath: path });
  const picked = walkPicked([file('photos/b/10.png'), file('photos/b/9.png'), file('photos/.DS_Store')]);
  expect(picked.name).toBe('photos');
  expect(paths(picked)).toEqual(['b/9.png', 'b/10.png']);
  expect(() => walkPicked([file('p/1'), file('p/2')], 1)).toThrow(/at most 1,/);
});
