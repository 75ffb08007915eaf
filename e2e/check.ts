import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../src/chromium.ts';
import { type Counts, playwrightCounts, vitestCounts } from './counts.ts';
import { findPython, installPython } from './python.ts';

// `npm test`: every check there is, one after the other. The last line is `N passed, N failed`.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'dualgate-check-'));

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** A check that takes longer hangs: it is ended, and has failed. */
  readonly minutes: number;
  /** Counts the tests in the runner's report. Without one, the check is one test, by its exit code. */
  readonly counts?: (report: unknown) => Counts;
}

const CHECKS: readonly Check[] = [
  { name: 'typecheck', command: ['npm', 'run', '-s', 'typecheck'], minutes: 3 },
  { name: 'lint', command: ['npm', 'run', '-s', 'lint'], minutes: 3 },
  vitest('unit'),
  { name: 'build', command: ['npm', 'run', '-s', 'build'], minutes: 4 },
  // Serves what the build has put into public/.
  vitest('gpu'),
  ...(['browser', 'hub', 'journeys'] as const).map((project) => ({
    name: project,
    command: [
      'npx',
      'playwright',
      'test',
      '-c',
      'e2e',
      '--project',
      project,
      '--reporter=list,json',
    ] as const,
    minutes: project !== 'journeys' ? 6 : 28,
    counts: playwrightCounts,
  })),
];

function vitest(project: 'unit' | 'gpu'): Check {
  return {
    name: project,
    command: [
      'npx',
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${reportOf(project)}`,
    ],
    minutes: 15,
    counts: vitestCounts,
  };
}

function reportOf(name: string): string {
  return join(reports, `${name}.json`);
}

/** Runs a command with its output here; true if it ends well and in time. */
function run({ name, command: [program, ...args], minutes }: Check): Promise<boolean> {
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf(name) };
  return new Promise((resolve) => {
    // A process group of its own, so that a runner that hangs is ended with all that it started.
    const child = spawn(program, args, { cwd: ROOT, env, stdio: 'inherit', detached: true });
    const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    const timer = setTimeout(() => {
      console.log(`${name}: not done after ${minutes} minutes, ended`);
      end();
    }, minutes * 60_000);
    const interrupted = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    const done = (well: boolean) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      resolve(well);
    };
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}

/** What a check gives. A runner that fails without a failed test, or finds no test, is one failure. */
async function outcome(check: Check): Promise<Counts> {
  const well = await run(check);
  if (check.counts === undefined) return { passed: well ? 1 : 0, failed: well ? 0 : 1, skipped: 0 };
  const found = readCounts(check.counts, reportOf(check.name));
  if (found === null) return { passed: 0, failed: 1, skipped: 0 };
  const crashed = found.failed === 0 && (!well || found.passed === 0);
  return crashed ? { ...found, failed: 1 } : found;
}

function readCounts(counts: (report: unknown) => Counts, path: string): Counts | null {
  try {
    return counts(JSON.parse(readFileSync(path, 'utf8')));
  } catch (fault) {
    console.log(`No report from the runner: ${fault instanceof Error ? fault.message : fault}`);
    return null;
  }
}

try {
  findChromium();
} catch (fault) {
  // The browser checks then fail one by one; the others run all the same.
  console.log(fault instanceof Error ? fault.message : fault);
}

try {
  // A CI machine is there for all of it; on anybody else's nothing is installed unasked.
  if (process.env.CI) installPython(console.log);
  const python = findPython();
  if (python.path === null)
    console.log(`The tests of the export to PyTorch will be SKIPPED: ${python.reason}.`);
  else process.env.DUALGATE_PYTHON = python.path;
} catch (fault) {
  // Those tests then fail, and say the same.
  console.log(fault instanceof Error ? fault.message : fault);
}

const total = { passed: 0, failed: 0 };
for (const check of CHECKS) {
  console.log(`\n── ${check.name}`);
  const started = performance.now();
  const { passed, failed, skipped } = await outcome(check);
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `── ${check.name}: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''} (${seconds} s)`,
  );
}
rmSync(reports, { recursive: true });
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
