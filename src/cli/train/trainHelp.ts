import { CHOICES, SWITCHES } from '../../choices.ts';
import type { RunConfig } from '../../config.ts';
import { FIELDS } from '../../fields.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { ENGINE_HELP } from '../engineOption.ts';
import type { Help, HelpOption } from '../help.ts';
import { IMAGES_HELP } from '../images/imagesHelp.ts';
import { flagOf, NAMED_SWITCHES, SYSTEM_IDS, USAGE } from './trainArguments.ts';

const OWN: readonly HelpOption[] = [
  {
    flag: 'method',
    value: 'NAME',
    text: 'The system that is trained.',
    unit: SYSTEM_IDS.join(', '),
    default: DEFAULT_CONFIG.system,
  },
  {
    flag: 'epochs',
    value: 'N',
    text: 'Length of the run, instead of --steps.',
    unit: 'epochs, from 1',
    default: '--steps',
  },
  ...ENGINE_HELP,
  {
    flag: 'weights',
    value: 'FILE',
    text: 'Begins with the weights of this file; they determine method and network.',
    unit: '',
    default: 'the initial weights of the seed',
  },
  {
    flag: 'out',
    value: 'FILE',
    text: 'Where the run goes: JSON, packed where the name ends in .gz.',
    unit: '',
    default: 'nothing is written',
  },
  {
    flag: 'force',
    value: null,
    text: 'Replaces a run that is in the file of --out. Only --resume goes on in its own file without it.',
    unit: '',
    default: 'off, such a file is refused',
  },
  {
    flag: 'checkpoint',
    value: null,
    text: 'Keeps a checkpoint in the file, so that the run can continue later.',
    unit: '',
    default: 'off',
  },
  {
    flag: 'checkpoint-every',
    value: 'N',
    text: 'Writes run and checkpoint on the way, so that a killed process loses at most this much training.',
    unit: 'minutes of training',
    default: '10',
  },
  {
    flag: 'resume',
    value: 'RUN-FILE',
    text: 'Continues the run of this file with its settings; only --steps may change.',
    unit: '',
    default: 'a new run',
  },
  {
    flag: 'shared-bn',
    value: null,
    text: `Turns this off: ${separateBn().label}. ${separateBn().help}`,
    unit: '',
    default: 'off',
  },
];

/** What `npm run train -- --help` says. Its settings come from the fields that the page shows. */
export const TRAIN_HELP: Help = {
  about:
    'Trains a network and writes its run. Defaults of settings are those of Emoji-10; other images have a preset of their own.',
  usage: USAGE,
  options: [...IMAGES_HELP, ...OWN, ...settings(DEFAULT_CONFIG)],
};

/** One option for each setting of the page. */
function settings(preset: RunConfig): HelpOption[] {
  const numbers = FIELDS.map(({ key, label, min, max, unit, help }) => ({
    flag: flagOf(key),
    value: 'N',
    text: `${label}. ${help}`,
    unit: `${min} to ${max}${unit && ` ${unit}`}`,
    default: String(preset[key]),
  }));
  const choices = CHOICES.map(({ key, label, options, help }) => ({
    flag: flagOf(key),
    value: 'NAME',
    text: `${label}. ${help}`,
    unit: options.map(({ value }) => value).join(', '),
    default: preset[key],
  }));
  const switches = NAMED_SWITCHES.map(({ key, label, help }) => ({
    flag: flagOf(key),
    value: 'on|off',
    text: `${label}. ${help}`,
    unit: '',
    default: preset[key] ? 'on' : 'off',
  }));
  return [...numbers, ...choices, ...switches];
}

function separateBn() {
  const found = SWITCHES.find(({ key }) => key === 'separateBn');
  if (found === undefined) throw new TypeError('choices: separateBn must be a switch');
  return found;
}
