import type { HelpOption } from '../help.ts';

/** The options that choose images, the same for all commands. */
export const IMAGES_HELP: readonly HelpOption[] = [
  {
    flag: 'data',
    value: 'PATH…',
    text: 'Files and directories with the images, in any format of docs/data.md.',
    unit: '',
    default: 'emoji10',
  },
  {
    flag: 'test',
    value: 'PATH…',
    text: 'Files and directories with the test images; needs --data PATH.',
    unit: '',
    default: 'those that --data holds, or a part of its images',
  },
  {
    flag: 'test-set',
    value: 'NAME',
    text: 'Test set of Emoji-10.',
    unit: 'unseen-style or same-styles',
    default: 'unseen-style',
  },
  {
    flag: 'limit',
    value: 'N',
    text: 'Keeps at most so many images of each set.',
    unit: 'images, from 1',
    default: 'all',
  },
  {
    flag: 'images',
    value: 'N',
    text: 'Keeps at most so many training images, whatever --limit is.',
    unit: 'images, from 1',
    default: '--limit',
  },
  {
    flag: 'side',
    value: 'N',
    text: 'Side to which pictures are resized; needs --data PATH.',
    unit: 'pixels, from 1',
    default: 'the side of the images',
  },
  {
    flag: 'layout',
    value: 'NAME',
    text: 'What folders called train, test and the like are, where both readings are possible; needs --data PATH.',
    unit: 'classes or splits',
    default: 'the only possible reading; two are listed and refused',
  },
  {
    flag: 'use-the-rest',
    value: null,
    text: 'Uses the pictures that can be read, even if a class loses all of its or more than a tenth are left out; needs --data PATH.',
    unit: '',
    default: 'off; such images are refused with the list of what would be left out',
  },
];
