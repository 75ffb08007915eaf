import { describe, expect, it } from 'vitest';
import { DataError } from '../images/dataset.ts';
import { Ledger, LeftOutQuestion, reasonOf, unreadable } from './ledger.ts';
import { litterReason } from './litter.ts';
import { unreadKind } from './signatures.ts';

const HEIC = reasonOf(
  unreadKind(
    Uint8Array.from('\0\0\0\x18ftypheic', (letter) => letter.charCodeAt(0)),
    false,
  )!,
);
const paths = (folder: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${folder}/${i}.png`);

/** A ledger in which `count` HEIC of a folder are left out. */
function missing(count: number, folder = 'cat', useTheRest = false): Ledger {
  const ledger = new Ledger('photos', useTheRest);
  for (const path of paths(folder, count)) ledger.leaveOut(path.replace('png', 'HEIC'), HEIC);
  return ledger;
}

describe('the account of what is not used', () => {
  it('is one sentence with numbers, kinds and what to do', () => {
    const ledger = missing(30);
    ledger.leaveOut('a/Thumbs.db', litterReason('a/Thumbs.db'));
    expect(ledger.notices(2000)).toEqual([
      'photos: 2,000 used, 31 left out: 30 HEIC (Chrome cannot read them; convert to PNG or JPEG), 1 thumbnail cache.',
    ]);
  });

  it('counts pointers of Git LFS in the plural', () => {
    const ledger = new Ledger('photos', false);
    const pointer = reasonOf(unreadKind(new TextEncoder().encode('version https://git-lfs'), false)!);
    ledger.leaveOut('a/1.png', pointer);
    expect(ledger.notices(9).join()).toContain('left out: 1 Git LFS pointer (');
    ledger.leaveOut('a/2.png', pointer);
    expect(ledger.notices(9).join()).toContain('left out: 2 Git LFS pointers (');
  });

  it('calls several by their plural, and leaves the names of formats as they are', () => {
    const ledger = new Ledger('photos', true);
    for (const head of ['<html>', 'BM', '\0\0\x01\0', 'GIF89a']) {
      const kind = unreadKind(
        Uint8Array.from(head, (letter) => letter.charCodeAt(0)),
        false,
      )!;
      for (const path of ['a', 'b']) ledger.leaveOut(path, { ...reasonOf(kind), advice: '' });
    }
    expect(ledger.notices(1)).toEqual(['photos: 1 used, 8 left out: 2 web pages, 2 BMP, 2 icons, 2 GIF.']);
    expect(ledger.missesPictures).toBe(true);
  });

  it('does not speak of metadata alone', () => {
    const ledger = new Ledger('photos', false);
    for (const path of ['.DS_Store', 'Thumbs.db']) ledger.leaveOut(path, litterReason(path));
    ledger.check(paths('cat', 2));
    expect(ledger.notices(2)).toEqual([]);
  });

  it('asks if more than a tenth of the pictures are left out, and not for a tenth', () => {
    missing(10).check(paths('cat', 90));
    expect(() => missing(11).check(paths('cat', 89))).toThrow(LeftOutQuestion);
    expect(() => missing(11).check(paths('cat', 89))).toThrow(
      'photos: expected pictures that can be read, got 89 of 100; left out would be 11 HEIC (Chrome cannot read them; convert to PNG or JPEG): ' +
        'cat/0.HEIC, cat/1.HEIC, cat/10.HEIC and 8 more. Do what is said there, or use the rest as it is.',
    );
    missing(11, 'cat', true).check(paths('cat', 89));
  });

  it('asks if a folder loses all its pictures, however few they are', () => {
    expect(() => missing(1, 'a/dog').check(paths('a/cat', 99))).toThrow(/“a\/dog” would have no pictures/);
    missing(1, 'a').check(paths('a/cat', 99));
    missing(1, 'a/dog', true).check(paths('a/cat', 99));
  });

  it('refuses where nothing is left, whatever the user said', () => {
    for (const useTheRest of [false, true]) {
      expect(() => missing(3, 'cat', useTheRest).check([])).toThrow(/got none: 3 HEIC/);
      expect(() => missing(3, 'cat', useTheRest).check([])).not.toThrow(LeftOutQuestion);
    }
  });

  it('asks of decoded pictures too, and gives the words of a single damaged one', () => {
    const damaged = (usable: number) => {
      const ledger = new Ledger('photos', false);
      ledger.check(paths('cat', usable));
      ledger.leaveOut('cat/1.png', unreadable(new DataError('cat/1.png is truncated. Copy it again.')));
      return ledger;
    };
    damaged(10).checkDecoded(1, 10, []);
    expect(() => damaged(9).checkDecoded(1, 9, [])).toThrow(
      'cat/1.png is truncated. Copy it again. Or use the other 8.',
    );
    expect(() => damaged(100).checkDecoded(1, 100, ['cat'])).toThrow(LeftOutQuestion);
  });

  /** A ledger of 100 pictures of which 9 are HEIC. Of the others, `count` turn out damaged. */
  const missingTwice = (count: number, chosen = 91) => {
    const ledger = missing(9);
    ledger.check(paths('cat', 91));
    ledger.choose(chosen);
    for (const path of paths('dog', count)) ledger.leaveOut(path, unreadable(new DataError('It is cut.')));
    return ledger;
  };

  it('counts what is left out before decoding and after it together', () => {
    missingTwice(1).checkDecoded(1, 91, []);
    expect(() => missingTwice(2).checkDecoded(2, 91, [])).toThrow(
      /got 89 of 100; left out would be 9 HEIC .*; 2 unreadable/,
    );
  });

  it('counts the damaged of all parts together, and not against the smaller part alone', () => {
    missingTwice(1).checkDecoded(1, 5, []);
    const ledger = missingTwice(1);
    ledger.checkDecoded(1, 80, []);
    ledger.leaveOut('cow/1.png', unreadable(new DataError('It is cut.')));
    expect(() => ledger.checkDecoded(1, 11, [])).toThrow(LeftOutQuestion);
  });

  it('counts of those before decoding the share that the limits keep', () => {
    missingTwice(0, 10).checkDecoded(0, 10, []);
    expect(() => missingTwice(1, 10).checkDecoded(1, 10, [])).toThrow(/got 9 of 19/);
  });
});

describe('a class of files that may hold images in another form', () => {
  const NUMPY = reasonOf(
    unreadKind(
      Uint8Array.from('\x93NUMPY', (letter) => letter.charCodeAt(0)),
      false,
    )!,
  );
  const usable = [...paths('train/cat', 9), ...paths('train/dog', 9), ...paths('test/cat', 2)];
  const lost = (path: string, kept = usable): string => {
    const ledger = new Ledger('photos', false);
    ledger.leaveOut(path, NUMPY);
    try {
      ledger.check(kept);
      return '';
    } catch (fault) {
      return String(fault);
    }
  };

  it('is missed where folders of pictures lie beside it', () => {
    expect(lost('train/cow/0.npy')).toMatch(/1 NumPy .*“train\/cow” would have no pictures/);
    expect(lost('cow/0.npy', [...paths('cat', 3), ...paths('dog', 3)])).toMatch(/“cow” would/);
  });

  it('is none in a class with pictures, at another depth, beside splits, or called as what lies beside', () => {
    for (const path of ['train/cat/0.npy', '0.npy', 'arrays/0.npy', 'train/features/0.npy', 'cow/x/y/0.npy'])
      expect(lost(path)).toBe('');
    expect(lost('cow/0.npy', paths('images', 9))).toBe('');
  });
});
