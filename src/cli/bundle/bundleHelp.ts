import type { Help } from '../help.ts';
import { USAGE } from './bundleArguments.ts';

/** What `npm run bundle -- --help` says. */
export const BUNDLE_HELP: Help = {
  about: 'Makes a folder with which the commands run on another machine.',
  usage: USAGE,
  options: [
    {
      flag: 'out',
      value: 'DIR',
      text: 'The folder, new or empty; one that this command made is replaced if nothing was added to it.',
      unit: '',
      default: 'none, it must be given',
    },
    {
      flag: 'with-node',
      value: null,
      text: 'Puts the Node that runs this command into the folder, for machines that have none.',
      unit: '',
      default: 'off, the machine needs Node 20.19 or newer',
    },
  ],
};
