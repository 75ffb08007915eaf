import { type FixtureRow, makeParquet } from '../../src/data/formats/parquet/parquet.fixture.ts';
import { HEIC_FILE, HEIC_WORDS, type Input, type StatedImage } from './inputs.ts';
import { picture } from './pack.ts';

// Tables whose rows do not all have a picture that can be read.

const NAMES = ['ant', 'bee', 'cow'];
/** 20 rows of two classes; row 19 alone is of the third. */
const row = (i: number): FixtureRow => ({ picture: picture(i), label: i === 19 ? 2 : i % 2 });
const image = (i: number): StatedImage => ({ seed: i, of: NAMES[i === 19 ? 2 : i % 2]! });
const CUT = picture(9).slice(0, 20);
const UNREADABLE = 'unreadable (copy them again, or take them out)';

/** A table with other pictures in some rows; null for none. */
const table = (others: Readonly<Record<number, Uint8Array | null>>) =>
  Uint8Array.from(
    makeParquet(
      Array.from({ length: 20 }, (_, i) => ({ ...row(i), ...(i in others && { picture: others[i]! }) })),
      { names: NAMES },
    ),
  );

function ofTable(
  what: string,
  others: Readonly<Record<number, Uint8Array | null>>,
  stated: Input['stated'] | string,
  useTheRest = false,
): Input {
  const rows = Array.from({ length: 20 }, (_, i) => i).filter((i) => !(i in others));
  return {
    name: `table: ${what}`,
    files: () => [{ path: 'set.parquet', bytes: table(others) }],
    useTheRest,
    stated:
      typeof stated !== 'string'
        ? stated
        : {
            train: rows.map(image),
            notices: [
              `set.parquet: ${rows.length} used, ${20 - rows.length} left out: ${20 - rows.length} ${stated}.`,
            ],
          },
  };
}

export const TABLES: readonly Input[] = [
  ofTable('a picture that is cut', { 4: CUT }, UNREADABLE),
  ofTable('two pictures that are cut', { 4: CUT, 7: CUT }, UNREADABLE),
  ofTable('a HEIC', { 4: HEIC_FILE }, HEIC_WORDS),
  ofTable('a row without a picture', { 4: null }, 'row without a picture (fill them, or take them out)'),
  ofTable(
    'three pictures that are cut',
    { 4: CUT, 7: CUT, 8: CUT },
    { refused: 'got 17 of 20; left out would be 3 unreadable' },
  ),
  ofTable('three pictures that are cut, and the rest is used', { 4: CUT, 7: CUT, 8: CUT }, UNREADABLE, true),
  ofTable('the only picture of a class is cut', { 19: CUT }, { refused: 'set.parquet: row 19 is truncated' }),
  ofTable('the only picture of a class is cut, and the rest is used', { 19: CUT }, UNREADABLE, true),
  ofTable('all pictures are cut', Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, CUT])), {
    refused: 'got none: 20 unreadable',
  }),
];
