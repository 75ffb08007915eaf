import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ELSEWHERE } from './elsewhere.ts';
import { REACHED, ROOMS, ROOT, type Text, textsIn } from './marked.ts';

/** Each text with the test that follows its advice. */
const TABLE = join(ROOT, 'node_modules/.cache/texts.tsv');

const isElsewhere = (text: Text) =>
  ELSEWHERE.some(({ source, words }) => text.source === source && text.words.includes(words));

/**
 * Lists the texts that no test provokes, and those whose advice no test follows. The command fails if there is
 * one, or if the list of texts that other tests provoke and cure is wrong.
 */
export function teardown(): void {
  const { made, cured } = reached();
  const texts = textsOf(ROOMS);
  const left = texts.filter(({ place }) => !made.has(place) || !cured.has(place));
  const unprovoked = left.filter((text) => !made.has(text.place) && !isElsewhere(text));
  const uncured = left.filter((text) => made.has(text.place) && !isElsewhere(text));
  const faults = [
    ...unprovoked.map(({ place }) => `${place}: no test provokes it. Provoke it in a test, or delete it.`),
    ...uncured.map(({ place }) => `${place}: no test follows its advice. Let advised() do so in a test.`),
    ...ELSEWHERE.flatMap(({ source, words, test }) => {
      const isLeft = left.some((text) => text.source === source && text.words.includes(words));
      if (!isLeft) return [`${source}: no text that is left has “${words}”. Take it off the list.`];
      const path = join(ROOT, test);
      const isTested = existsSync(path) && readFileSync(path, 'utf8').includes(words);
      return isTested ? [] : [`${test}: expected a test with “${words}”, got none.`];
    }),
  ];
  console.log(
    `\n${texts.length} texts of errors: unit tests provoke ${texts.length - left.length} and follow their advice, ` +
      `other tests ${left.filter(isElsewhere).length}; ${unprovoked.length} are provoked by none, the advice of ` +
      `${uncured.length} is followed by none. All of them with their tests: ${TABLE}`,
  );
  for (const fault of faults) console.error(`  ${fault}`);
  writeTable(texts, made, cured);
  // An error that is thrown here does not fail the command.
  if (faults.length > 0) process.exitCode = 1;
}

/** Where each text was first made, and where its advice was first followed: the test file and the test. */
function reached(): { made: Map<string, string>; cured: Map<string, string> } {
  const lines = existsSync(REACHED) ? readFileSync(REACHED, 'utf8').split('\n') : [];
  rmSync(REACHED, { force: true });
  const made = new Map<string, string>();
  const cured = new Map<string, string>();
  for (const line of lines) {
    const [what, place, file = '', test = ''] = line.split('\t');
    const places = what === 'cured' ? cured : made;
    if (place !== undefined && !places.has(place)) places.set(place, `${file.replace(ROOT, '')} > ${test}`);
  }
  return { made, cured };
}

function writeTable(texts: readonly Text[], ...places: readonly ReadonlyMap<string, string>[]): void {
  const rows = texts.map(({ place, words }) =>
    [place, ...places.map((of) => of.get(place) ?? ''), words.replaceAll(/\s+/g, ' ')].join('\t'),
  );
  mkdirSync(dirname(TABLE), { recursive: true });
  writeFileSync(TABLE, `text\tprovoked by\tadvice followed by\twords\n${rows.join('\n')}\n`);
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
