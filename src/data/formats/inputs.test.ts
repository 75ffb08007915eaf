import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { difference, INPUTS } from '../../../datasets/inputs/check.ts';
import REFUSALS from '../../../datasets/inputs/refusals.json' with { type: 'json' };
import { decodePicture } from '../../cli/images/decodePicture.ts';
import { folderName, localFiles } from '../../cli/images/localFiles.ts';
import { DataError } from '../images/dataset.ts';
import { WHOLE } from './files.ts';
import { readFiles } from './readFiles.ts';

// The command line's road: files on disk, Node's decoder. inputs.browser.test.ts is the page's.

const folder = mkdtempSync(join(tmpdir(), 'dualgate-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const refusals: Readonly<Record<string, string>> = REFUSALS;

describe('inputs as users give them, on the command line', () => {
  it('are many, and each has its own name', () => {
    expect(INPUTS.length).toBeGreaterThanOrEqual(200);
    expect(new Set(INPUTS.map(({ name }) => name)).size).toBe(INPUTS.length);
  });

  it.each(INPUTS.map((input, i) => [input.name, input, i] as const))('%s', async (name, input, i) => {
    const top = new Set<string>();
    for (const [at, { path, bytes }] of (await input.files()).entries()) {
      const around = join(folder, String(i), input.folder ?? (input.isLoose ? `${at}` : ''));
      const place = join(around, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, bytes);
      top.add(input.folder === undefined ? join(around, path.split('/', 1)[0]!) : around);
    }
    const paths = [...top];
    const options = { ...WHOLE, decode: decodePicture, useTheRest: input.useTheRest ?? false };
    const outcome = await readFiles(await localFiles(paths), null, options, await folderName(paths)).catch(
      (fault: unknown) => {
        if (fault instanceof DataError) return fault.message;
        throw fault;
      },
    );
    expect(difference(input, outcome)).toBeNull();
    if (typeof outcome === 'string') expect(outcome).toBe(refusals[name]);
  });
});
