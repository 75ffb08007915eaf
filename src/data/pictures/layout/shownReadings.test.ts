import { expect, it } from 'vitest';
import { decodeGrey, pngOf } from '../picture.fixture.ts';
import { shownQuestion } from './shownReadings.ts';

const files = (...paths: string[]) =>
  paths.map((path, i) => ({ path, file: new File([pngOf(i)], path.split('/').at(-1)!) }));
const inEach = (folders: readonly string[], each: number) =>
  folders.flatMap((folder) => Array.from({ length: each }, (_, i) => `${folder}/${i}.png`));
const options = { name: 'some', decode: decodeGrey };

it('shows images of every reading, as a run would get them', async () => {
  const question = await shownQuestion(files(...inEach(['train', 'test'], 8)), [], options);
  expect(question?.readings.map(({ layout, train, test }) => [layout, train, test])).toEqual([
    ['splits', 8, 8],
    ['classes', 16, 0],
  ]);
  const [splits, classes] = question!.readings;
  const words = splits!.samples.map(({ role, label, size, pixels }) => [role, label, size, pixels.length]);
  expect(words).toEqual([
    ...Array.from({ length: 6 }, () => ['train', null, 48, 6912]),
    ...Array.from({ length: 3 }, () => ['test', null, 48, 6912]),
  ]);
  expect(new Set(classes!.samples.map(({ label }) => label))).toEqual(new Set(['test', 'train']));
  expect(question!.readings.map(({ refusal }) => refusal)).toEqual([null, null]);
});

it('says why a reading cannot be used', async () => {
  const question = await shownQuestion(files(...inEach(['train', 'test'], 2), 'more.png'), [], options);
  expect(question?.readings.map(({ layout, refusal }) => [layout, refusal])).toEqual([
    ['splits', null],
    [
      'classes',
      expect.stringMatching(/every picture in the folder of its class, or none, got 1 of 5 outside/),
    ],
  ]);
  expect(question?.doubt).toBe('Beside the splits lies a picture.');
});

it('asks although many pictures must be left out', async () => {
  const heic = new File(['\0\0\0\x18ftypheic'], 'photo.heic');
  const photos = ['train/8.heic', 'train/9.heic', 'test/8.heic', 'test/9.heic'];
  const given = [...files(...inEach(['train', 'test'], 8)), ...photos.map((path) => ({ path, file: heic }))];
  const question = await shownQuestion(given, [], options);
  expect(question?.readings.map(({ layout, refusal, samples }) => [layout, refusal, samples.length])).toEqual(
    [
      ['splits', null, 9],
      ['classes', null, 6],
    ],
  );
});

it('shows a reading whose images are damaged in part', async () => {
  const [first, ...others] = files(...inEach(['train', 'test'], 8));
  const damaged = { ...first!, file: new File(['no picture'], '0.png') };
  const question = await shownQuestion([damaged, ...others], [], options);
  expect(question?.readings.map(({ refusal }) => refusal)).toEqual([null, null]);
});

it('asks nothing, and decodes nothing, where one reading is possible or none', async () => {
  let decoded = 0;
  const counting = {
    name: 'some',
    decode: (...given: Parameters<typeof decodeGrey>) => {
      decoded++;
      return decodeGrey(...given);
    },
  };
  expect(await shownQuestion(files(...inEach(['cat', 'dog'], 3)), [], counting)).toBeNull();
  expect(await shownQuestion(files(...inEach(['images', 'masks'], 3)), [], counting)).toBeNull();
  const [broken] = files('a.png');
  expect(
    await shownQuestion([{ ...broken!, file: new File(['no picture'], 'a.png') }], [], counting),
  ).toBeNull();
  expect(decoded).toBe(0);
});

it('ends when it is aborted', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  const asked = shownQuestion(files(...inEach(['train', 'test'], 2)), [], { ...options, signal });
  await expect(asked).rejects.toThrow('enough');
});
