import { recordingPlan } from '../../recorded/systems.ts';
import type { Help } from '../help.ts';
import { RECORDED_USAGE } from './recordedArguments.ts';

/** What `npm run recorded -- --help` says. */
export const RECORDED_HELP: Help = {
  about: 'Trains the runs that come with the page, one of each system, and writes their files.',
  usage: RECORDED_USAGE,
  options: [
    {
      flag: 'out',
      value: 'FOLDER',
      text: 'Where the files go.',
      unit: '',
      default: 'public/recorded, where the page finds them',
    },
    {
      flag: 'steps',
      value: 'N',
      text: 'Length of each run.',
      unit: 'steps, from 1',
      default: String(recordingPlan('dual-gating').config.steps),
    },
  ],
};
