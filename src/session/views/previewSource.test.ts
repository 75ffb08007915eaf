import { expect, it } from 'vitest';
import { WHOLE } from '../../data/formats/files.ts';
import { readTrainAndTest } from '../../data/formats/trainAndTest.ts';
import { decodeGrey, pngOf } from '../../data/pictures/picture.fixture.ts';
import { previewSource } from './previewSource.ts';

const pictures = Array.from({ length: 4 }, (_, i) => new File([pngOf(i)], `${i}.png`));
const files = [...pictures, new File(['no picture'], 'damaged.png')].map((file) => ({
  path: file.name,
  file,
}));
const source = { kind: 'files', ...WHOLE, train: files, test: [] } as const;

it('reads few images, and none of another source than files', () => {
  expect(previewSource(source)).toMatchObject({ limits: { train: 500, test: 500 } });
  const limits = { train: 900, test: 20 };
  expect(previewSource({ ...source, limits })).toMatchObject({ limits: { train: 500, test: 20 } });
  const emoji = { kind: 'emoji10', test: 'unseen-style' } as const;
  expect(previewSource(emoji)).toBe(emoji);
});

it('shows what can be read although the run must ask whether that is enough', async () => {
  const read = (from: typeof source) =>
    readTrainAndTest(from.train, from.test, { ...from, decode: decodeGrey });
  await expect(read(source)).rejects.toThrow(/Or use the other 4/);
  const preview = previewSource(source);
  if (preview.kind !== 'files') throw new Error('files stay files');
  const { train, test } = await readTrainAndTest(preview.train, preview.test, {
    ...preview,
    decode: decodeGrey,
  });
  expect(train.count + test.count).toBe(4);
});
