import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../src/chromium.ts';
import { type Counts, playwrightCounts, vitestCounts } from './counts.ts';
import { chosenRounds, type Part, type Runner, reporting } from './parts.ts';
import { findPython, installPython } from './python.ts';
import { playwrightTimes, slowest, type TimedTest, vitestTimes } from './slowest.ts';

// `npm test` runs every part; `npm test -- journeys` runs only the parts that are named. The last line of the
// output is `N passed, N failed`.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SLOWEST = 10;

const REPORTS = {
  vitest: { counts: vitestCounts, times: vitestTimes },
  playwright: { counts: playwrightCounts, times: playwrightTimes },
} as const;

/** The result of a part. */
interface Outcome {
  readonly counts: Counts;
  readonly tests: readonly TimedTest[];
}

/** When a part's output is shown: as it comes, or at the end for parts that run beside each other. */
type Showing = 'at once' | 'at the end';

const reports = mkdtempSync(join(tmpdir(), 'dualgate-check-'));

/** One function for each part that runs now; it ends all processes that the part has started. */
const underWay = new Set<() => void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const end of underWay) end();
    process.exit(130);
  });
}

/** Runs a part; true if it ends well and in time. */
function run(part: Part, path: string, showing: Showing): Promise<boolean> {
  const { name, minutes } = part;
  const [program, ...args] = reporting(part, path);
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: path };
  return new Promise((resolve) => {
    // A process group of its own, so that a runner that hangs is ended with all that it started.
    const child = spawn(program, args, {
      cwd: ROOT,
      env,
      stdio: showing === 'at once' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const end = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    underWay.add(end);
    const timer = setTimeout(() => {
      said.push(`${name}: not done after ${minutes} minutes, ended\n`);
      end();
    }, minutes * 60_000);
    const done = (well: boolean) => {
      clearTimeout(timer);
      underWay.delete(end);
      if (showing === 'at the end') console.log(`\n── ${name}`);
      process.stdout.write(said.join(''));
      resolve(well);
    };
    child.once('error', () => done(false));
    child.once('close', (code) => done(code === 0));
  });
}

/**
 * Runs a part and counts its tests. A runner that fails without a failed test, or finds no test, is one
 * failure.
 */
async function outcomeOf(part: Part, showing: Showing): Promise<Outcome> {
  const { name, runner } = part;
  const path = join(reports, `${name}.json`);
  if (showing === 'at once') console.log(`\n── ${name}`);
  const started = performance.now();
  const well = await run(part, path, showing);
  const ms = performance.now() - started;
  const { counts, tests } = runner ? read(runner, path, well) : whole(ms, well);
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
  const seconds = (ms / 1000).toFixed(0);
  console.log(`── ${name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${seconds} s)`);
  return { counts, tests: tests.map((test) => ({ ...test, name: `${name} › ${test.name}` })) };
}

/** A part that is one test. */
function whole(ms: number, well: boolean): Outcome {
  const counts = { passed: well ? 1 : 0, failed: well ? 0 : 1, skipped: 0 };
  return { counts, tests: [{ name: 'the whole part', ms }] };
}

function read(runner: Runner, path: string, well: boolean): Outcome {
  try {
    const report: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const counts = REPORTS[runner].counts(report);
    const crashed = counts.failed === 0 && (!well || counts.passed === 0);
    return { counts: crashed ? { ...counts, failed: 1 } : counts, tests: REPORTS[runner].times(report) };
  } catch (fault) {
    console.log(`No report from the runner: ${messageOf(fault)}`);
    return { counts: { passed: 0, failed: 1, skipped: 0 }, tests: [] };
  }
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}

/** Parts with tests of the export to PyTorch. */
const WITH_PYTHON = ['process', 'journeys'];

/** Says what the parts need of this machine before they run, so that they need not each find it out. */
function lookAround(parts: readonly Part[]): void {
  try {
    findChromium();
  } catch (fault) {
    // The browser checks then fail one by one; all other checks still run.
    console.log(messageOf(fault));
  }
  if (!parts.some(({ name }) => WITH_PYTHON.includes(name))) return;
  try {
    // A CI machine exists only for these tests. On any other machine nothing is installed unasked.
    if (process.env.CI) installPython(console.log);
    const python = findPython();
    if (python.path === null)
      console.log(`The tests of the export to PyTorch will be SKIPPED: ${python.reason}.`);
    else process.env.DUALGATE_PYTHON = python.path;
  } catch (fault) {
    // The tests that need Python then fail with the same message.
    console.log(messageOf(fault));
  }
}

async function check(rounds: readonly (readonly Part[])[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const parts of rounds) {
    const showing = parts.length === 1 ? 'at once' : 'at the end';
    outcomes.push(...(await Promise.all(parts.map((part) => outcomeOf(part, showing)))));
  }
  return outcomes;
}

const started = performance.now();
try {
  const rounds = chosenRounds(process.argv.slice(2));
  const parts = rounds.flat();
  if (parts.some(({ runner }) => runner !== null)) lookAround(parts);
  const outcomes = await check(rounds);
  const tests = outcomes.flatMap((outcome) => outcome.tests);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(`\n── ${minutes} minutes in all; the slowest tests:`);
  for (const { name, ms } of slowest(tests, SLOWEST))
    console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`);
  const sum = (of: 'passed' | 'failed') => outcomes.reduce((total, { counts }) => total + counts[of], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
} catch (fault) {
  console.log(`${messageOf(fault)}\n\n0 passed, 1 failed`);
  process.exitCode = 1;
} finally {
  rmSync(reports, { recursive: true });
}
