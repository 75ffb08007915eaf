import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Rooms whose errors are read by users, and are provoked by unit tests. */
export const ROOMS = [
  'data',
  'run',
  'network',
  'vault',
  'store',
  'exchange',
  'laboratory',
  'platform',
  'cli',
  'session',
  'method',
  'webgpu',
  'wasm',
  'dawn',
];
/**
 * What this run has made and cured, one a line: the text’s place, the test file, the test. Its workers are told
 * by the environment.
 */
export const REACHED = process.env.DUALGATE_TEXTS ?? join(tmpdir(), `dualgate-texts-${process.pid}.txt`);
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/**
 * An error with a class of this project’s own is for users. A RangeError or TypeError says that the program is
 * wrong.
 */
const MADE = /\bnew (\w+Error|\w+Question|RunFailure|EngineFault|NoRoom|UnreadPage|Refusal)\(/g;
/** In these rooms an Error is for users too: whoever catches it only shows its words. */
const PLAIN = /\bnew (Error)\(/g;
const PLAIN_ROOMS = /^(cli|dawn|store|vault)\//;

/** A place of an error: “data/formats/files.ts:12 DataError”. */
function placeOf(path: string, line: number, name: string): string {
  return `${path}:${line + 1} ${name}`;
}

function within(id: string): string | null {
  const [, path] = /\/src\/(.+\.tsx?)$/.exec(id) ?? [];
  return path === undefined || /\.(test|fixture)\./.test(path) ? null : path;
}

const isOfUsers = (name: string) => !['RangeError', 'TypeError'].includes(name);

/** A line of a module with each class of an error replaced. */
function replaced(text: string, path: string, as: (name: string) => string): string {
  const marked = text.replace(MADE, (whole, name: string) => (isOfUsers(name) ? as(name) : whole));
  return PLAIN_ROOMS.test(path) ? marked.replace(PLAIN, (_, name: string) => as(name)) : marked;
}

/** A module that tells of each error as it makes it; null: nothing to mark. Lines stay where they are. */
export function marked(code: string, id: string): string | null {
  const path = within(id);
  if (path === null) return null;
  const lines = code.split('\n').map((text, line) =>
    replaced(text, path, (name) => {
      return `new (globalThis.classOfText?.(${JSON.stringify(placeOf(path, line, name))}, ${name}) ?? ${name})(`;
    }),
  );
  return lines.join('\n');
}

/** A text of an error, with the place that makes it. */
export interface Text {
  readonly source: string;
  readonly place: string;
  /** The statement that makes it, as it stands in its module. */
  readonly words: string;
}

/** The texts of a module's errors for users. */
export function textsIn(code: string, source: string): Text[] {
  const lines = code.split('\n');
  const texts: Text[] = [];
  for (const [line, text] of lines.entries()) {
    replaced(text, source, (name) => {
      texts.push({ source, place: placeOf(source, line, name), words: statementAt(lines, line) });
      return name;
    });
  }
  return texts;
}

/** The lines from this one to the end of its statement. */
function statementAt(lines: readonly string[], line: number): string {
  const end = lines.findIndex((text, at) => at >= line && text.endsWith(';'));
  return lines.slice(line, end + 1).join('\n');
}
