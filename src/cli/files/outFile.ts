import { openAsBlob } from 'node:fs';
import { open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { parseRunFile } from '../../run/files/runFile.ts';
import { headOf, textOf } from '../../run/files/runText.ts';
import { REPORT_HEAD } from '../../run/report/reportHtml.ts';
import { ClaimedFile } from './claimedFile.ts';
import { isStream, neighbourOf, targetOf } from './wholeFile.ts';

/** What a file holds, as its first bytes tell. */
export type FileKind =
  | 'a run'
  | 'a set of runs'
  | 'an evaluation'
  | 'weights'
  | 'a report'
  | 'a report of a sweep'
  | 'nothing'
  | 'a file of another kind';

/** Work lies in these, so they are replaced only where the user says so. Reports can be made again. */
const PRECIOUS: ReadonlySet<FileKind> = new Set(['a run', 'weights']);

const FORMATS: Readonly<Record<string, FileKind>> = {
  'dualgate-run': 'a run',
  'dualgate-runs': 'a set of runs',
  'dualgate-evaluation': 'an evaluation',
  'dualgate-weights': 'weights',
};

/** The first keys of what `golden --json` and `bench --json` write. */
const REPORT =
  /^\{\s*("(directory|wasm|cpu|webgpu|webgpu-chromium|tfjs-webgpu|engine|width)"\s*:|"date"\s*:\s*"[^"]*",\s*"cores"\s*:|\}\s*$)/;

/** A file that a command is asked to write. */
export interface OutFile {
  readonly path: string;
  /** The option that names it. */
  readonly flag: '--out' | '--json' | '--save' | '--report';
  /** What it will hold. A file with anything else is never replaced. */
  readonly kind: FileKind;
  /** Files and directories that the command reads. None of them may be the file itself. */
  readonly inputs: readonly string[];
  /** A run that continues in its own file. */
  readonly continued?: string | undefined;
  /** Whether the user agreed that a run or weights are replaced. */
  readonly force?: boolean;
}

/**
 * Checks, before any work, that a file may be written and that nothing is lost when it is. Returns the file
 * as it is now.
 * @throws Error that says why not, and what to do
 */
export async function requireOut(asked: OutFile): Promise<ClaimedFile> {
  const claimed = await ClaimedFile.of(asked.path);
  await requireNoLoss(asked);
  return claimed;
}

async function requireNoLoss({ path, flag, kind, inputs, continued, force }: OutFile): Promise<void> {
  await requireWritable(path, flag);
  const before = await stat(path).catch(() => null);
  if (before === null || isStream(path, before)) return;
  if (continued !== undefined && (await isSameFile(path, continued))) return;
  for (const input of inputs) {
    if (await isSameFile(path, input))
      throw new Error(`${flag} must not be a file that the command reads, got ${path}. Name another file.`);
  }
  const held = await kindOf(path);
  if (held === 'nothing') return;
  if (held !== kind) {
    const input = await holderOf(path, inputs);
    const where = input === null ? '' : `, among the files of ${input}`;
    throw new Error(
      `${flag} must be a new file or ${kind}, got ${path}, which holds ${held}${where}. Name another file, or delete this one.`,
    );
  }
  if (!force && PRECIOUS.has(held) && !(await isBeforeFirstStep(path)))
    throw new Error(
      `${flag} must be a new file, got ${path}, which holds ${held}. Name another file, or replace it with --force.`,
    );
}

/** Whether two paths lead to one file, also by links of either kind. False if one leads nowhere. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const found = await Promise.all([a, b].map((path) => stat(path, { bigint: true }).catch(() => null)));
  const [first, second] = found;
  return !!first && !!second && first.dev === second.dev && first.ino === second.ino;
}

/**
 * Checks that a file can be written, before hours of work produce its content. An existing file is not
 * changed, and no new file remains.
 * @throws Error with the option, the path and the reason
 */
export async function requireWritable(path: string, flag = '--out'): Promise<void> {
  try {
    // The system would refuse the name only when the file gets it.
    if (path.endsWith('/') || path.endsWith(sep)) throw new Error(`the name of a directory, '${path}'`);
    const before = await stat(path).catch(() => null);
    // Opening a pipe would wait until somebody reads from it.
    if (isStream(path, before)) return;
    if (before !== null) await (await open(path, 'a')).close();
    else if (path === '') await open(path, 'r');
    await requireRoomBeside(await targetOf(path));
  } catch (fault) {
    const got = fault instanceof Error ? fault.message : String(fault);
    throw new Error(
      `${flag} must be a file that can be written, got ${got}. Choose another path, or make its directory first.`,
    );
  }
}

/** The file is written as a neighbour first, so its folder must take one. */
async function requireRoomBeside(target: string): Promise<void> {
  const neighbour = neighbourOf(target);
  try {
    await (await open(neighbour, 'wx')).close();
  } catch (fault) {
    // The user knows the file, not its neighbour.
    throw new Error(String(fault instanceof Error ? fault.message : fault).replace(neighbour, target));
  }
  await rm(neighbour);
}

async function kindOf(path: string): Promise<FileKind> {
  const head = await headOf(await openAsBlob(path));
  if (head.length === 0) return 'nothing';
  // Safetensors begin with the length of their JSON, which begins with a brace.
  if (head[8] === 0x7b && head.subarray(4, 8).every((byte) => byte === 0)) return 'weights';
  const text = new TextDecoder().decode(head);
  if (text.startsWith(REPORT_HEAD)) return 'a report of a sweep';
  const [, format = ''] = /^\s*\{\s*"format"\s*:\s*"([^"]*)"/.exec(text) ?? [];
  return FORMATS[format] ?? (REPORT.test(text) ? 'a report' : 'a file of another kind');
}

/** Whether a file is that of a run that made no step. A damaged one counts as precious. */
async function isBeforeFirstStep(path: string): Promise<boolean> {
  try {
    const { steps, weights, checkpoint } = parseRunFile(await textOf(new Blob([await readFile(path)])));
    return steps.length === 0 && weights === null && checkpoint === null;
  } catch {
    return false;
  }
}

/** The directory among the inputs that a file lies in; null if there is none. */
async function holderOf(path: string, inputs: readonly string[]): Promise<string | null> {
  const file = await realpath(path);
  for (const input of inputs) {
    const folder = await realpath(input).catch(() => null);
    if (folder !== null && file.startsWith(folder + sep)) return input;
  }
  return null;
}
