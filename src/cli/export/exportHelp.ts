import type { Help } from '../help.ts';
import { IMAGES_HELP } from '../images/imagesHelp.ts';
import { EXPORT_USAGE } from './exportArguments.ts';

/** What `npm run export -- --help` says. */
export const EXPORT_HELP: Help = {
  about: 'Writes the network of a run for PyTorch, or its weights.',
  usage: EXPORT_USAGE,
  options: [
    {
      flag: 'pytorch',
      value: 'DIR',
      text: 'The directory for the files of PyTorch, new or empty.',
      unit: '',
      default: 'none, without --out it must be given',
    },
    {
      flag: 'out',
      value: 'FILE',
      text: 'The file for the weights alone.',
      unit: 'safetensors where it ends so, JSON otherwise',
      default: 'none, without --pytorch it must be given',
    },
    {
      flag: 'force',
      value: null,
      text: 'Replaces weights that are in the file of --out.',
      unit: '',
      default: 'off, such a file is refused',
    },
    {
      flag: 'budget',
      value: 'B',
      text: 'Writes the gated branch alone, its gates shifted to this budget on training images.',
      unit: 'share of the dense MACs, above 0 to 1',
      default: 'the network as it is in RUN',
    },
    ...IMAGES_HELP.map((option) => ({ ...option, text: `${option.text} Needs --budget.` })),
  ],
};
