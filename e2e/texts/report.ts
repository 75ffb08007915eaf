import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ELSEWHERE } from './elsewhere.ts';
import { REACHED, ROOMS, ROOT, type Text, textsIn } from './marked.ts';

/**
 * Lists the texts that no test provokes. The command fails if there is one, or if the list of texts that
 * other tests provoke is wrong.
 */
export function teardown(): void {
  const reached = new Set(existsSync(REACHED) ? readFileSync(REACHED, 'utf8').split('\n') : []);
  rmSync(REACHED, { force: true });
  const texts = textsOf(ROOMS);
  const left = texts.filter(({ place }) => !reached.has(place));
  const unprovoked = left.filter(
    (text) => !ELSEWHERE.some(({ source, words }) => text.source === source && text.words.includes(words)),
  );
  const faults = [
    ...unprovoked.map(({ place }) => `${place}: no test provokes it. Provoke it in a test, or delete it.`),
    ...ELSEWHERE.flatMap(({ source, words, test }) => {
      const isLeft = left.some((text) => text.source === source && text.words.includes(words));
      if (!isLeft) return [`${source}: no text that is left has “${words}”. Take it off the list.`];
      const path = join(ROOT, test);
      const isTested = existsSync(path) && readFileSync(path, 'utf8').includes(words);
      return isTested ? [] : [`${test}: expected a test with “${words}”, got none.`];
    }),
  ];
  const others = left.length - unprovoked.length;
  console.log(
    `\n${texts.length} texts of errors: ${texts.length - left.length} provoked by unit tests, ${others} by other tests, ` +
      `${unprovoked.length} by none.`,
  );
  for (const fault of faults) console.error(`  ${fault}`);
  // An error that is thrown here does not fail the command.
  if (faults.length > 0) process.exitCode = 1;
}

function textsOf(rooms: readonly string[]): Text[] {
  return rooms.flatMap((room) =>
    readdirSync(join(ROOT, 'src', room), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.(test|fixture)\./.test(path))
      .flatMap((path) => {
        const source = `${room}/${path.replaceAll('\\', '/')}`;
        return textsIn(readFileSync(join(ROOT, 'src', source), 'utf8'), source);
      }),
  );
}
