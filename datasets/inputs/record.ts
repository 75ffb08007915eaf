import { writeFileSync } from 'node:fs';
import { decodePicture } from '../../src/cli/images/decodePicture.ts';
import { WHOLE } from '../../src/data/formats/files.ts';
import { readFiles } from '../../src/data/formats/readFiles.ts';
import { DataError } from '../../src/data/images/dataset.ts';
import { INPUTS } from './check.ts';

// Writes the words of every refusal into refusals.json, to be read before they are kept. The tests hold both
// roads to them.

const refusals: Record<string, string> = {};
for (const { name, files, useTheRest = false, folder, stated } of INPUTS) {
  if (!('refused' in stated)) continue;
  const sources = (await files()).map(({ path, bytes }) => ({ path, file: new File([bytes], path) }));
  await readFiles(sources, null, { ...WHOLE, decode: decodePicture, useTheRest }, folder).catch(
    (fault: unknown) => {
      if (!(fault instanceof DataError)) throw fault;
      refusals[name] = fault.message;
    },
  );
}
writeFileSync(new URL('refusals.json', import.meta.url), `${JSON.stringify(refusals, null, 2)}\n`);
