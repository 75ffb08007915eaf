import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';
import { REACHED } from './marked.ts';

interface Made {
  readonly place: string;
  readonly message: string;
}

let made: Made[] = [];
const told = new Set<string>();

function tell(what: 'made' | 'cured', place: string): void {
  const { testPath, currentTestName } = expect.getState();
  const line = [what, place, testPath ?? '', currentTestName ?? ''].join('\t').replaceAll('\n', ' ');
  if (told.has(`${what} ${place}`)) return;
  told.add(`${what} ${place}`);
  appendFileSync(REACHED, `${line}\n`);
}

Object.assign(globalThis, {
  /** The class of an error that tells of each one which is made at this place. */
  classOfText: (place: string, Class: new (...given: unknown[]) => Error) =>
    new Proxy(Class, {
      construct: (target, given) => {
        const error: Error = Reflect.construct(target, given);
        tell('made', place);
        made.push({ place, message: error.message });
        return error;
      },
    }),
  listTexts: () => {
    made = [];
    return made;
  },
  cureText: (place: string) => tell('cured', place),
});
