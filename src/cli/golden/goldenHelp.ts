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
      text: 'The engine that is checked.',
      unit: 'wasm, cpu, webgpu, tfjs-webgpu, all',
      default: 'wasm',
    },
    {
      flag: 'json',
      value: 'FILE',
      text: 'Where the report goes as JSON.',
      unit: '',
      default: 'nothing is written',
    },
  ],
};
