import { expect, it } from 'vitest';
import { type EntryKind, entryKind } from './entryKind.ts';

const KINDS: readonly (readonly [kind: EntryKind, paths: readonly string[]])[] = [
  ['litter', ['__MACOSX/a/._1.png', 'a/.DS_Store', 'a/Thumbs.db', '.git/x', 'a/._1.cls', '@eaDir/1.json']],
  ['list', ['val/val_annotations.txt']],
  ['picture', ['a/1.png', 'a.b/1.png', 'README.jpg']],
  ['label', ['1.cls', 'a/1.json', '1.LABEL', '1.cls.txt']],
  ['text', ['README', 'a/LICENSE', 'notes.txt', 'classnames.txt', 'val_annotations.txt.md', 'boxes.xml']],
  ['other', ['a/1', 'a.bin', '1.heic', 'a.tar', 'json']],
];

it.each(KINDS)('%s is told by the name alone', (kind, paths) => {
  for (const path of paths) expect([path, entryKind(path)]).toEqual([path, kind]);
});
