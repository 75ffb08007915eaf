import type { Help } from '../help.ts';
import { START_USAGE } from './startArguments.ts';

/** What `npm start -- --help` says. */
export const START_HELP: Help = {
  about: 'Builds the site where it is older than its sources, serves it and opens it.',
  usage: START_USAGE,
  options: [
    {
      flag: 'no-open',
      value: null,
      text: 'Does not open the site in the browser.',
      unit: '',
      default: 'off',
    },
    {
      flag: 'port',
      value: 'N',
      text: 'Port of the server; if it is in use, the server takes the next one.',
      unit: '1 to 65535',
      default: '4173',
    },
  ],
};
