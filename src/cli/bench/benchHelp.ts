import { FIELDS } from '../../fields.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { ADAPTER_HELP } from '../engineOption.ts';
import type { Help } from '../help.ts';
import { USAGE } from './benchArguments.ts';

/** The settings that a benchmark has in common with a run. */
const SETTINGS = FIELDS.filter(({ key }) => key === 'width' || key === 'batch');

/** What `npm run bench -- --help` says. */
export const BENCH_HELP: Help = {
  about: 'Times the engines of this machine, or the page.',
  usage: USAGE,
  options: [
    {
      flag: 'engine',
      value: 'NAME',
      text: 'The engine that is timed; wasm in turns with tfjs-wasm.',
      unit: 'all, wasm, tfjs-wasm, cpu, webgpu, webgpu-chromium, tfjs-webgpu',
      default: 'wasm',
    },
    ADAPTER_HELP,
    {
      flag: 'threads',
      value: 'N',
      text: 'Threads of wasm, beside one.',
      unit: 'threads, from 1',
      default: 'all cores',
    },
    ...SETTINGS.map(({ key, label, min, max, unit, help }) => ({
      flag: key,
      value: 'N',
      text: `${label}. ${help}`,
      unit: `${min} to ${max} ${unit}`,
      default: String(DEFAULT_CONFIG[key]),
    })),
    {
      flag: 'steps',
      value: 'N',
      text: 'How many steps are timed.',
      unit: 'steps, from 1',
      default: 'a number that suits the engine',
    },
    {
      flag: 'stock-steps',
      value: 'N',
      text: 'Steps of stock tfjs beside the compiled engine; needs --engine webgpu or webgpu-chromium.',
      unit: 'steps, 0 for none',
      default: 'a number that suits the adapter',
    },
    {
      flag: 'profile',
      value: null,
      text: 'Times one step kernel by kernel; needs --engine webgpu or webgpu-chromium.',
      unit: '',
      default: 'off',
    },
    {
      flag: 'inference',
      value: null,
      text: 'Times forward passes of the forms of a gated network, not training steps; needs wasm, webgpu or webgpu-chromium.',
      unit: '',
      default: 'off',
    },
    {
      flag: 'kernels',
      value: null,
      text: 'Times every convolution of a step by the kernels of src/wasm and by tfjs, in turns, and then all of them on one thread and on all; needs wasm.',
      unit: '',
      default: 'off',
    },
    {
      flag: 'page',
      value: null,
      text: 'Times the built page in Chromium as visitors with an empty cache see it, not the engines.',
      unit: '',
      default: 'off',
    },
    {
      flag: 'visits',
      value: 'N',
      text: 'How many visitors are timed; needs --page.',
      unit: 'visits, from 1',
      default: '3',
    },
    {
      flag: 'wait',
      value: 'SECONDS',
      text: 'How long each visit waits after Start for gates that move and for accuracies; needs --page.',
      unit: 'seconds, from 1',
      default: '600',
    },
    {
      flag: 'json',
      value: 'FILE',
      text: 'Where the results go as JSON. Times are in milliseconds.',
      unit: '',
      default: 'nothing is written',
    },
  ],
};
