import { expect, it, vi } from 'vitest';
import { advised } from '../../advice.fixture.ts';
import { decodePicture } from './decodePicture.ts';

/** Whether the stand-in for the package can be loaded. */
let isInstalled = false;

vi.mock('sharp', () => ({
  get default() {
    if (!isInstalled) throw new Error('Cannot find package ‘sharp’');
    const picture = {
      toColourspace: () => picture,
      ensureAlpha: () => picture,
      raw: () => picture,
      toBuffer: async () => ({ data: new Uint8Array([1, 2, 3, 255]), info: { width: 1, height: 1 } }),
    };
    return () => picture;
  },
}));

/** The start, the size and the end of a JPEG of one pixel. */
const JPEG = Uint8Array.from([
  ...[0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0],
  ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0xff, 0xd9],
]);

it('a JPEG without the package that decodes it: is read once that is installed', () =>
  advised({
    provoke: () => decodePicture(JPEG, 'a.jpg'),
    says: /^JPEG and WebP need the package “sharp”, .*: Cannot find .* Install it \(“npm ci”/,
    follow: async () => {
      isInstalled = true;
      expect((await decodePicture(JPEG, 'a.jpg')).pixels).toEqual(Uint8Array.from([1, 2, 3, 255]));
    },
  }));
