import { ENGINE_HELP } from '../engineOption.ts';
import type { Help } from '../help.ts';
import { SWEEP_USAGE } from './sweepArguments.ts';

/** What `npm run sweep -- --help` says. */
export const SWEEP_HELP: Help = {
  about: 'Trains every run of a sweep file and keeps them in one file.',
  usage: SWEEP_USAGE,
  options: [
    {
      flag: 'out',
      value: 'FILE',
      text: 'Where the runs go; a sweep that is started again goes on from there.',
      unit: '',
      default: 'NAME-runs.json; --merge needs it or --report',
    },
    ...ENGINE_HELP,
    {
      flag: 'small-dense',
      value: null,
      text: 'Also trains, for every budget and seed, dense VICReg at the width whose MACs are nearest to the budget.',
      unit: '',
      default: 'as “smallDense” in FILE, which is off if not given',
    },
    {
      flag: 'equal',
      value: 'WHAT',
      text: 'What small dense networks have as much of as the others: steps, MACs of training (they get more steps), or one network of each.',
      unit: 'steps, macs, both',
      default: 'as “equal” in FILE, which is steps if not given',
    },
    {
      flag: 'shard',
      value: 'K/N',
      text: 'Trains only part K of N equal parts, into NAME-runs-K-of-N.json if --out is not given.',
      unit: 'K from 1 to N',
      default: 'all runs',
    },
    {
      flag: 'merge',
      value: null,
      text: 'Trains nothing and puts the runs of all named files into the file of --out, or only into a --report.',
      unit: '',
      default: 'off',
    },
    {
      flag: 'plan',
      value: null,
      text: 'Says what would be trained, and trains nothing.',
      unit: '',
      default: 'off',
    },
    {
      flag: 'report',
      value: 'HTML',
      text: 'Sets all runs of the file beside each other on one page that needs no network, at the end.',
      unit: '',
      default: 'none',
    },
    {
      flag: 'use-the-rest',
      value: null,
      text: 'Uses the pictures that can be read, even if a class loses all of its or more than a tenth are left out.',
      unit: '',
      default: 'off',
    },
  ],
};
