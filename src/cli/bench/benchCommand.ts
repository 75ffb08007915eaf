import { availableParallelism, loadavg } from 'node:os';
import { cpuUsage } from 'node:process';
import { type CpuReport, cpuSteps } from '../../benchmark/cpuSteps.ts';
import { cpuText } from '../../benchmark/cpuTable.ts';
import { type BenchReport, reportText } from '../../benchmark/door/report.ts';
import { type KernelRates, kernelRates, ratesTable } from '../../benchmark/kernelRates.ts';
import { kernelTable } from '../../benchmark/kernelTimes.ts';
import { type BenchResult, measure } from '../../benchmark/measure.ts';
import { benchInference } from '../../benchmark/measureInference.ts';
import { type ThreadRate, threadRates, threadTable } from '../../benchmark/threadRates.ts';
import { openDawn } from '../../dawn/openDawn.ts';
import { type PageReport, pageTable } from '../../harness/page/pageReport.ts';
import { within } from '../../harness/within.ts';
import { inferenceCpu } from '../../inference/openCpu.ts';
import type { InferenceReport } from '../../inference/report.ts';
import { useBackend } from '../../method/backend.ts';
import { allowRelaxedSimd, builtKernels } from '../../wasm/build.ts';
import { nodePlaces } from '../../wasm/threads/nodePlaces.ts';
import { exitCodeOf, type Output, type Terminal } from '../command.ts';
import { writtenName } from '../files/claimedFile.ts';
import { requireOut } from '../files/outFile.ts';
import { answered } from '../help.ts';
import { enginePlaces, NODE_PLACES } from '../places.ts';
import { type BenchCommand, benchCommand, type PageOrder, USAGE } from './benchArguments.ts';
import { BENCH_HELP } from './benchHelp.ts';

type Results = { wasm?: CpuReport } & {
  [Name in 'tfjs-wasm' | 'cpu' | 'tfjs-webgpu']?: BenchResult;
} & { [Name in 'webgpu' | 'webgpu-chromium']?: BenchReport };

/** What `--kernels` gives. */
type KernelReport = KernelRates & { readonly threads: readonly ThreadRate[] };

const STEPS = 7;
/** Steps of the plain JavaScript engine. Each takes about ten seconds. */
const CPU_STEPS = 1;

async function bench(command: BenchCommand, { stdout, stderr }: Terminal): Promise<Results> {
  const { width, batch, steps: asked, stockSteps, profile, adapter } = command;
  const order = { width, batch, steps: asked, stockSteps, profile };
  const results: Results = {};
  for (const name of command.engines) {
    const say = (line: string) => void stderr.write(`${name}: ${line}\n`);
    if (name === 'webgpu') {
      await openDawn({ adapter });
      // Node can read the shaders only from here on.
      const { runBenchmark } = await import('../../benchmark/runBenchmark.ts');
      const { openWebGpuEngine } = await import('../../benchmark/openWebGpuEngine.ts');
      results.webgpu = await within(runBenchmark(order, openWebGpuEngine, say));
    } else if (name === 'webgpu-chromium') {
      const { benchmarkInBrowser } = await import('../../harness/browser.ts');
      results[name] = await benchmarkInBrowser(order, say);
    } else if (name === 'tfjs-webgpu') {
      const { measureInBrowser } = await import('../../harness/browser.ts');
      results[name] = await measureInBrowser({ width, batch, steps: asked, hardwareSteps: STEPS }, say);
    } else if (name === 'wasm') {
      results.wasm = await onProcessor(command, say);
    } else {
      await useBackend(name === 'cpu' ? 'cpu' : 'wasm', NODE_PLACES);
      const steps = asked ?? (name === 'cpu' ? CPU_STEPS : STEPS);
      results[name] = await measure({ width, batch, steps }, (done) => say(`step ${done} of ${steps}`));
    }
  }
  print(results, command, stdout);
  return results;
}

/** Times the engine on the processor in turns with tfjs's. */
async function onProcessor(
  { width, batch, steps, threads }: BenchCommand,
  say: (line: string) => void,
): Promise<CpuReport> {
  await useBackend('wasm', NODE_PLACES);
  const here = nodePlaces();
  const places = { ...here, threads: threads ?? here.threads };
  const clock = () => performance.now();
  return cpuSteps({ width, batch, rounds: steps ?? STEPS, places, clock, processor }, say);
}

async function inference(
  { width, adapter, engines: [engine] }: BenchCommand,
  { stdout, stderr }: Terminal,
): Promise<InferenceReport> {
  const say = (line: string) => void stderr.write(`${engine}: ${line}\n`);
  const report =
    engine === 'webgpu'
      ? await onDawn(width, adapter, say)
      : engine === 'webgpu-chromium'
        ? await inBrowser(width, say)
        : await onWasm(width, say);
  stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report;
}

async function inBrowser(width: number, say: (line: string) => void): Promise<InferenceReport> {
  const { inferenceInBrowser } = await import('../../harness/browser.ts');
  return inferenceInBrowser(width, say);
}

async function onDawn(
  width: number,
  adapter: string | null,
  say: (line: string) => void,
): Promise<InferenceReport> {
  await openDawn({ adapter });
  const { openInferenceDevice } = await import('../../inference/openGpu.ts');
  const { name, open, gates } = await openInferenceDevice();
  return within(benchInference(width, { engine: 'webgpu', device: name, open, gates }, say));
}

async function onWasm(width: number, say: (line: string) => void): Promise<InferenceReport> {
  const { name, open, gates } = inferenceCpu(enginePlaces(1));
  const device = `${name}, processor time`;
  return benchInference(width, { engine: 'wasm', device, open, gates, clock: processorMs }, say);
}

/** Processor time that this process has used, milliseconds: other programs hardly change it. */
function processorMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** Times the built page, which is built first where it is older than its sources. */
async function page({ visits, patienceMs }: PageOrder, { stdout, stderr }: Terminal): Promise<PageReport> {
  const say = (line: string) => void stderr.write(`page: ${line}\n`);
  const { buildSite, ROOT } = await import('../builtSite.ts');
  await buildSite(say);
  const { visitPage } = await import('../../harness/page/visit.ts').catch((fault: unknown) => {
    throw new Error(
      `--page needs Playwright, which drives the browser, and could not load it: ${fault instanceof Error ? fault.message : fault}. Install the development packages with “npm ci”.`,
    );
  });
  const before = loadavg()[0]!;
  const made = await visitPage({ root: ROOT, visits, patienceMs }, say);
  const load = [before, loadavg()[0]!] as const;
  const report = { date: new Date().toISOString(), cores: availableParallelism(), load, ...made };
  stdout.write(`${pageTable(report)}\n`);
  return report;
}

/** Processor time that this process has used, milliseconds. */
function processor(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** Times kernels in turns with those of tfjs's engine. */
async function rates(
  { width, batch, steps }: BenchCommand,
  { stdout, stderr }: Terminal,
): Promise<KernelReport> {
  allowRelaxedSimd();
  const builds = {
    plain: await builtKernels({ fused: false, shared: false }),
    fused: await builtKernels({ fused: true, shared: false }),
  };
  await useBackend('wasm', NODE_PLACES);
  const rounds = steps ?? STEPS;
  const report = await kernelRates({ width, batch, rounds, clock: processorMs, builds }, (done) =>
    stderr.write(`round ${done} of ${rounds}\n`),
  );
  stdout.write(
    `width ${width}, batch ${batch}; GFLOP/s of processor time, one thread, and how many times tfjs's rate\n`,
  );
  stdout.write(`${ratesTable(report)}\n`);
  const places = nodePlaces();
  const threads = await threadRates({ width, batch, rounds, places, clock: () => performance.now() });
  stdout.write(`width ${width}, batch ${batch}; wall time of a step’s parts\n${threadTable(threads)}\n`);
  return { ...report, threads };
}

function print(
  { wasm, webgpu, 'webgpu-chromium': inChromium, ...others }: Results,
  { width, batch }: BenchCommand,
  stdout: Output,
): void {
  if (wasm) stdout.write(`${cpuText(wasm)}\n`);
  if (Object.keys(others).length > 0) {
    const title = `width ${width}, batch ${batch}; limit: best matrix product of the same backend in this run`;
    stdout.write(`${title}\n${table(others)}\n`);
  }
  for (const report of [webgpu, inChromium]) {
    if (report === undefined) continue;
    stdout.write(reportText(report, new Date().toISOString()));
    if (report.profile !== null) stdout.write(`\n${kernelTable(report.profile)}\n`);
  }
}

function table(results: Omit<Results, 'wasm' | 'webgpu' | 'webgpu-chromium'>): string {
  const rows = Object.entries(results).map(([name, r]) =>
    [
      name.padEnd(11),
      `${r.stepMs.toFixed(0)} ms`.padStart(10),
      `${r.imagesPerSecond.toFixed(1)}`.padStart(10),
      `${r.gflops.toFixed(2)}`.padStart(10),
      `${r.limitGflops.toFixed(2)}`.padStart(10),
      `${r.fractionOfLimit.toFixed(2)}`.padStart(10),
    ].join(''),
  );
  return ['engine           step  images/s   GFLOP/s     limit  fraction', ...rows].join('\n');
}

function measured(
  command: BenchCommand,
  terminal: Terminal,
): Promise<Results | InferenceReport | PageReport | KernelReport> {
  if (command.page !== null) return page(command.page, terminal);
  if (command.kernels) return rates(command, terminal);
  return command.inference ? inference(command, terminal) : bench(command, terminal);
}

/** `npm run bench`. Returns the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const code = answered(args, BENCH_HELP, terminal);
  if (code !== null) return code;
  const work = async () => {
    const command = benchCommand(args);
    const { json } = command;
    const out =
      json === null ? null : await requireOut({ path: json, flag: '--json', kind: 'a report', inputs: [] });
    const results = await measured(command, terminal);
    const written = await out?.write(`${JSON.stringify(results, null, 2)}\n`);
    if (written && written.insteadOf !== null) terminal.stderr.write(`wrote ${writtenName(written)}\n`);
    return 0;
  };
  return exitCodeOf(work, USAGE, terminal);
}
