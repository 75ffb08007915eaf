import type { Help } from '../help.ts';
import { EXPORT_USAGE } from './exportArguments.ts';

/** What `npm run export -- --help` says. */
export const EXPORT_HELP: Help = {
  about: 'Writes the network of a run for PyTorch.',
  usage: EXPORT_USAGE,
  options: [
    {
      flag: 'pytorch',
      value: 'DIR',
      text: 'The directory for the files, new or empty.',
      unit: '',
      default: 'none, it must be given',
    },
  ],
};
