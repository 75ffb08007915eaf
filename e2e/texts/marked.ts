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
  'platform',
  'cli',
  'session',
  'method',
  'webgpu',
];
/** Places of errors that this run has reached, one a line. Its workers are told by the environment. */
export const REACHED = process.env.DUALGATE_TEXTS ?? join(tmpdir(), `dualgate-texts-${process.pid}.txt`);
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/**
 * An error with a class of this project’s own is for users. An Error, RangeError or TypeError says that the
 * program is wrong.
 */
const MADE = /(throw|return|=>) new (\w+Error|UnreadKind|RunFailure|EngineFault|NoRoom)\(/g;

/** A place of an error: “data/formats/files.ts:12 DataError”. */
function placeOf(path: string, line: number, name: string): string {
  return `${path}:${line + 1} ${name}`;
}

function within(id: string): string | null {
  const [, path] = /\/src\/(.+\.tsx?)$/.exec(id) ?? [];
  return path === undefined || /\.(test|fixture)\./.test(path) ? null : path;
}

/** A module that tells each error before it makes it; null: nothing to mark. Lines stay where they are. */
export function marked(code: string, id: string): string | null {
  const path = within(id);
  if (path === null) return null;
  const lines = code.split('\n').map((text, line) =>
    text.replace(MADE, (_, before: string, name: string) => {
      return `${before} (globalThis.reachedText?.(${JSON.stringify(placeOf(path, line, name))}), 0) || new ${name}(`;
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
  return lines.flatMap((text, line) =>
    Array.from(text.matchAll(MADE), ([, , name]) => name!)
      .filter((name) => !['RangeError', 'TypeError'].includes(name))
      .map((name) => ({ source, place: placeOf(source, line, name), words: statementAt(lines, line) })),
  );
}

/** The lines from this one to the end of its statement. */
function statementAt(lines: readonly string[], line: number): string {
  const end = lines.findIndex((text, at) => at >= line && text.endsWith(';'));
  return lines.slice(line, end + 1).join('\n');
}
