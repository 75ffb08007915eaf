import { describe, expect, it } from 'vitest';
import { difference, INPUTS } from '../../../datasets/inputs/check.ts';
import REFUSALS from '../../../datasets/inputs/refusals.json' with { type: 'json' };
import { DataError } from '../images/dataset.ts';
import { decodeBitmap } from '../pictures/decodeBitmap.ts';
import { WHOLE } from './files.ts';
import { readFiles } from './readFiles.ts';

// The page's road: the browser's files, streams and decoder. inputs.test.ts is the command line's.

const refusals: Readonly<Record<string, string>> = REFUSALS;

describe('inputs as users give them, on the page', () => {
  it.each(INPUTS.map((input) => [input.name, input] as const))('%s', async (name, input) => {
    const files = (await input.files()).map(({ path, bytes }) => ({ path, file: new File([bytes], path) }));
    const options = { ...WHOLE, decode: decodeBitmap, useTheRest: input.useTheRest ?? false };
    const outcome = await readFiles(files, null, options, input.folder).catch((fault: unknown) => {
      if (fault instanceof DataError) return fault.message;
      throw fault;
    });
    expect(difference(input, outcome)).toBeNull();
    if (typeof outcome === 'string') expect(outcome).toBe(refusals[name]);
  });
});
