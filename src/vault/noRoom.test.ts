import { expect, it } from 'vitest';
import { noRoomWords } from './noRoom.ts';

it.each([
  [
    1_300_000,
    { used: 300_000, quota: 1_500_000 },
    /^A \(1\.3 MB\) could .* It uses 300 kB of 1\.5 MB; 1\.2 MB are free\. /,
  ],
  [500, { used: 2000, quota: 1000 }, /; 0 B are free\. /],
  [2000, { used: 2000, quota: 1e9 }, /promised 1\.0 GB, so the disk of this computer may be full\. /],
  [null, null, /^A could not be kept: the browser gives this site no more room\. Training goes on/],
] as const)('words for %s bytes in %o', (needed, space, words) => {
  const text = noRoomWords('A', needed, space);
  expect(text).toMatch(words);
  expect(text).toMatch(/Delete kept runs .* make room on the disk; or save the run file/);
});
