import { MASK_KINDS } from '../../laboratory/door/masksOrder.ts';
import { SLICE_FORMS } from '../../laboratory/door/sliceOrder.ts';
import { ENGINE_HELP } from '../engineOption.ts';
import type { Help } from '../help.ts';
import { IMAGES_HELP } from '../images/imagesHelp.ts';
import { USAGE } from './evaluateArguments.ts';

/** What `npm run evaluate -- --help` says. */
export const EVALUATE_HELP: Help = {
  about: 'Measures the weights of a run, or cuts a smaller network out of them.',
  usage: USAGE,
  options: [
    ...IMAGES_HELP,
    {
      flag: 'measures',
      value: 'LIST',
      text: 'What to measure, with commas between.',
      unit: 'knnK, knnK-euclidean, knnK-whitened, ridge, linear, matryoshka, spread, floors, all',
      default: 'all',
    },
    {
      flag: 'mask',
      value: 'MASKS',
      text: 'Masks to put in the place of the gates, with commas between.',
      unit: `${MASK_KINDS.filter((mask) => mask !== 'real').join(', ')}, all`,
      default: 'none',
    },
    {
      flag: 'ratio',
      value: 'R',
      text: 'Size to which a network without gates is pruned; needs --mask.',
      unit: 'share of its MACs, above 0 to 1',
      default: '0.3',
    },
    {
      flag: 'slice',
      value: 'FORM',
      text: 'Writes one branch, or what is left without closed channels, as weights; needs --out.',
      unit: SLICE_FORMS.join(', '),
      default: 'none',
    },
    {
      flag: 'budget',
      value: 'B',
      text: 'Shifts the gates to this budget before --slice gated, frozen or never-open, or before --speed.',
      unit: 'share of the dense MACs, above 0 to 1',
      default: 'gates as they are in RUN',
    },
    {
      flag: 'budgets',
      value: 'SHARES',
      text: 'Measures the trained network at these budgets: gates are shifted, or the width of a slimmable network is changed. With commas between.',
      unit: 'shares of the dense MACs, above 0 to 1',
      default: 'none',
    },
    {
      flag: 'save',
      value: 'FILE',
      text: 'Where a copy of the run goes, with the table of --budgets.',
      unit: '',
      default: 'nothing is written',
    },
    {
      flag: 'speed',
      value: null,
      text: 'Times the forms of a gated network on this machine: dense, masked, sliced and conditional.',
      unit: '',
      default: 'off',
    },
    ...ENGINE_HELP,
    {
      flag: 'out',
      value: 'FILE',
      text: 'Where the result goes.',
      unit: '',
      default: 'nothing is written',
    },
    {
      flag: 'force',
      value: null,
      text: 'Replaces weights that are in the file of --out, and a run in that of --save.',
      unit: '',
      default: 'off, such a file is refused',
    },
  ],
};
