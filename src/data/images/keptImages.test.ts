import { beforeEach, expect, it } from 'vitest';
import { fingerprintOf } from './imagesFile.ts';
import { browserInMemory, copyOfKept, KEPT } from './keptImages.fixture.ts';
import { keptImages } from './keptImages.ts';

let files: Map<string, Blob>;
beforeEach(() => {
  files = browserInMemory();
});

it('gives the images of a copy, and says so if there is none or it has changed', async () => {
  const fingerprint = await fingerprintOf(KEPT);
  await expect(keptImages(fingerprint)).rejects.toThrow(
    /kept copy of this run’s images cannot be read: no such file\. Choose its files again\./,
  );
  const copy = copyOfKept();
  files.set(`${fingerprint}.images`, copy);
  expect(await keptImages(fingerprint)).toEqual({ ...KEPT, fingerprint });
  files.set('other.images', copy);
  await expect(keptImages('other')).rejects.toThrow(
    /kept copy of this run’s images is damaged\. Choose its files again\./,
  );
  expect([...files.keys()]).toEqual([`${fingerprint}.images`]);
});
