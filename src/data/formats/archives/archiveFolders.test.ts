import { expect, it } from 'vitest';
import { LayoutQuestion } from '../../pictures/layout/layoutQuestion.ts';
import { archiveFolders, archiveMarks, sameNameNotice, shardFolders } from './archiveFolders.ts';

const flat = (folder: string) => ({ folder, hasFolders: false, count: 2 });

it('archives count as folders below those that all share', () => {
  expect(archiveFolders(['a.zip'])).toEqual(['a']);
  expect(archiveFolders(['set/cat.tar', 'set/dog.tar.gz'])).toEqual(['cat', 'dog']);
  expect(archiveFolders(['set/train/x.tgz', 'set/test/x.tgz'])).toEqual(['train/x', 'test/x']);
});

it('archives of one path are one folder, and their entries are told apart', () => {
  const paths = ['images.zip', 'a.zip', 'images.zip', 'images.zip'];
  expect(archiveFolders(paths)).toEqual(['images', 'a', 'images', 'images']);
  expect(archiveMarks(paths)).toEqual(['', '', '(2) ', '(3) ']);
  expect(sameNameNotice('set', paths)).toMatch(
    /^set: several archives are called images\.zip: they are read/,
  );
  expect(sameNameNotice('set', ['a.zip', 'b.zip'])).toBeNull();
  expect(shardFolders('set', ['s', 's'].map(flat), null)).toEqual(['s', 's']);
});

it('archives that differ by numbers are classes when the user says so, and asked about before', () => {
  const archives = [flat('n01440764'), flat('n01443537')];
  expect(() => shardFolders('set', archives, null)).toThrow(LayoutQuestion);
  expect(shardFolders('set', archives, 'classes')).toEqual(['n01440764', 'n01443537']);
});

it('numbered shards are one folder, in the folder where they lie', () => {
  expect(shardFolders('set', ['s-0', 's-2', 's-1'].map(flat), null)).toEqual(['s', 's', 's']);
  expect(shardFolders('set', ['train/0', 'train/1', 'val/0'].map(flat), null)).toEqual([
    'train',
    'train',
    'val',
  ]);
  const withFolders = ['x7', 'x9'].map((folder) => ({ folder, hasFolders: true, count: 2 }));
  expect(shardFolders('set', withFolders, null)).toEqual(['x', 'x']);
});
