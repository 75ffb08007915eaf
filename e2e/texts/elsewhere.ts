/**
 * A text that no unit test can provoke, or whose advice none can follow, since it needs a browser, another
 * process or a GPU.
 */
export interface Elsewhere {
  /** The module that makes the error. */
  readonly source: string;
  /** Words of the error as they stand in the module. */
  readonly words: string;
  /** The test that does both. These words stand in it too. */
  readonly test: string;
}

export const ELSEWHERE: readonly Elsewhere[] = [
  {
    source: 'data/pictures/decodeBitmap.ts',
    words: 'cannot be read in this browser',
    test: 'src/data/pictures/noisyCanvas.browser.test.ts',
  },
];
