import { ADAPTER_HELP } from '../engineOption.ts';
import type { Help } from '../help.ts';
import { USAGE } from './goldenArguments.ts';

/** What `npm run golden -- --help` says. */
export const GOLDEN_HELP: Help = {
  about: 'Checks an engine against golden vectors.',
  usage: USAGE,
  options: [
    {
      flag: 'engine',
      value: 'NAME',
      text: 'The engine that is checked. With all, what is not on this machine is named and does not count as failed.',
      unit: 'wasm, tfjs-wasm, cpu, webgpu, webgpu-chromium, tfjs-webgpu, all',
      default: 'wasm',
    },
    ADAPTER_HELP,
    {
      flag: 'json',
      value: 'FILE',
      text: 'Where the report goes as JSON.',
      unit: '',
      default: 'nothing is written',
    },
  ],
};
