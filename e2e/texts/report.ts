import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { placesIn, REACHED, ROOMS, ROOT } from './marked.ts';

/**
 * Texts that no unit test provokes. Each new text needs a test that provokes it, so this number may only fall.
 * Among them are texts that only browser and process tests reach.
 */
const UNPROVOKED = 42;

export function setup(): void {
  rmSync(REACHED, { force: true });
}

/** Lists the texts that were not reached. The command fails if there are more than before. */
export function teardown(): void {
  const reached = new Set(existsSync(REACHED) ? readFileSync(REACHED, 'utf8').split('\n') : []);
  const places = ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, 'src', room), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.(test|fixture)\./.test(path))
      .flatMap((path) =>
        placesIn(
          readFileSync(join(ROOT, 'src', room, path), 'utf8'),
          `${room}/${path.replaceAll('\\', '/')}`,
        ),
      ),
  );
  const left = places.filter((place) => !reached.has(place));
  console.log(
    `\n${places.length} texts of errors, ${places.length - left.length} provoked, ${left.length} not:`,
  );
  for (const place of left) console.log(`  ${place}`);
  if (left.length <= UNPROVOKED) return;
  console.error(
    `${left.length} texts of errors are provoked by no unit test, ${UNPROVOKED} were known. Provoke the new ones in a test.`,
  );
  // An error that is thrown here does not fail the command.
  process.exitCode = 1;
}
