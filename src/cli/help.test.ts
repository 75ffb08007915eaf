import { describe, expect, it } from 'vitest';
import { CHOICES, SWITCHES } from '../choices.ts';
import { FIELDS } from '../fields.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import { benchCommand } from './bench/benchArguments.ts';
import { main as bench } from './bench/benchCommand.ts';
import { BENCH_HELP } from './bench/benchHelp.ts';
import { bundleOrder } from './bundle/bundleArguments.ts';
import { main as bundle } from './bundle/bundleCommand.ts';
import { BUNDLE_HELP } from './bundle/bundleHelp.ts';
import { runHere } from './command.fixture.ts';
import { evaluateOrder } from './evaluate/evaluateArguments.ts';
import { main as evaluate } from './evaluate/evaluateCommand.ts';
import { EVALUATE_HELP } from './evaluate/evaluateHelp.ts';
import { exportOrder } from './export/exportArguments.ts';
import { main as exportRun } from './export/exportCommand.ts';
import { EXPORT_HELP } from './export/exportHelp.ts';
import { goldenOrder } from './golden/goldenArguments.ts';
import { main as golden } from './golden/goldenCommand.ts';
import { GOLDEN_HELP } from './golden/goldenHelp.ts';
import { helpText } from './help.ts';
import { recordedOrder } from './recorded/recordedArguments.ts';
import { main as recorded } from './recorded/recordedCommand.ts';
import { RECORDED_HELP } from './recorded/recordedHelp.ts';
import { startOrder } from './start/startArguments.ts';
import { main as start } from './start/startCommand.ts';
import { START_HELP } from './start/startHelp.ts';
import { sweepArguments } from './sweep/sweepArguments.ts';
import { main as sweep } from './sweep/sweepCommand.ts';
import { SWEEP_HELP } from './sweep/sweepHelp.ts';
import { trainOrder } from './train/trainArguments.ts';
import { main as train } from './train/trainCommand.ts';
import { TRAIN_HELP } from './train/trainHelp.ts';

const COMMANDS = [
  { name: 'train', main: train, help: TRAIN_HELP, read: trainOrder },
  { name: 'evaluate', main: evaluate, help: EVALUATE_HELP, read: evaluateOrder },
  { name: 'export', main: exportRun, help: EXPORT_HELP, read: exportOrder },
  { name: 'sweep', main: sweep, help: SWEEP_HELP, read: sweepArguments },
  { name: 'recorded', main: recorded, help: RECORDED_HELP, read: recordedOrder },
  { name: 'bench', main: bench, help: BENCH_HELP, read: benchCommand },
  { name: 'golden', main: golden, help: GOLDEN_HELP, read: goldenOrder },
  { name: 'bundle', main: bundle, help: BUNDLE_HELP, read: bundleOrder },
  { name: 'start', main: start, help: START_HELP, read: startOrder },
];

describe.each(COMMANDS)('npm run $name', ({ main, help, read }) => {
  it('answers --help on stdout with 0, beside a wrong option too', async () => {
    const text = `${helpText(help)}\n`;
    expect(await runHere(main, ['--help'])).toEqual({ code: 0, output: text, errors: '' });
    expect(await runHere(main, ['--nonsense', '--help'])).toEqual({ code: 0, output: text, errors: '' });
  });

  it('answers --version', async () => {
    const { code, output, errors } = await runHere(main, ['--version']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(/^DualGate \d+\.\d+\.\d+\n$/);
  });

  it('describes every option of its usage', () => {
    const named = new Set([...help.usage.matchAll(/--([a-z][a-z-]*)/g)].map(([, flag]) => flag));
    const described = new Set(help.options.map(({ flag }) => flag));
    // “-e” of a value such as knnK-euclidean is no option, and “--” alone only begins the options.
    expect([...named].filter((flag) => !described.has(flag!))).toEqual([]);
  });

  it('describes only options that exist', () => {
    for (const { flag, value } of help.options) {
      const given = value === null ? [`--${flag}`] : [`--${flag}`, '1'];
      expect(said(() => read(given))).not.toContain('Unknown option');
    }
    expect(said(() => read(['--nonsense']))).toContain('Unknown option');
  });

  it('gives each option one line, with a default', () => {
    for (const { text, unit, default: value } of help.options) {
      expect(text).toMatch(/^[A-Z].*[.)]$/);
      expect(value).not.toBe('');
      expect(`${text}${unit}${value}`).not.toMatch(/\n|undefined/);
    }
  });
});

it('train has a line with default and unit for every setting of the page', () => {
  const settings = [...FIELDS, ...CHOICES, ...SWITCHES.filter(({ key }) => key !== 'separateBn')];
  const lines = helpText(TRAIN_HELP).split('\n');
  for (const { label, help } of settings)
    expect(lines.filter((line) => line.includes(`  ${label}. ${help} [`))).toHaveLength(1);
  for (const { label, min, max, unit, key } of FIELDS) {
    const line = lines.find((found) => found.includes(`  ${label}. `));
    expect(line).toContain(`[${min} to ${max}${unit && ` ${unit}`}; default: ${DEFAULT_CONFIG[key]}]`);
  }
});

/** The message of what is thrown; empty if nothing is. */
function said(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}
