import { describe, expect } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { settingsOfLink } from './shareLink.ts';

// What each text about a link advises, done: the link as a page copies it is followed.

const follow = (hash: string) => () => settingsOfLink(`#${hash}`);

const LINKS: readonly (readonly [bad: string, words: string, whole: string])[] = [
  ['seed=3', 'carries no settings of this page', 'v=1&seed=3'],
  ['v=1&preset=mine', 'names a preset that this page does not have', 'v=1&preset=photos'],
  ['v=1&colour=red', 'a setting that this page does not know: “colour”', 'v=1'],
  [`v=1&seed=${'1'.repeat(5000)}`, 'at most 4000 characters', 'v=1&seed=11'],
  [`v=1&seed=${'1'.repeat(300)}`, '“seed” is far too long', 'v=1&seed=11'],
  ['v=1&seed=3&seed=4', 'says “seed” twice', 'v=1&seed=4'],
  ['v=1&system=simclr', '“system” cannot be used: .*“simclr”', 'v=1&system=vicreg'],
  ['v=1&budget=3', 'Budget t_d must be from 0.05 to 1', 'v=1&budget=0.3'],
  ['v=1&steps=many', '“steps” must be a number, got “many”', 'v=1&steps=100'],
  ['v=1&data=own&test=unseen-style', 'a test set of Emoji-10 beside other data', 'v=1&data=own'],
  [
    'v=1&data=hub&set=cifar10&test=unseen-style',
    'a test set of Emoji-10 beside other data',
    'v=1&data=hub&set=cifar10',
  ],
  [
    'v=1&data=hub&set=cifar10&side=big',
    '“side” must be a whole number, got “big”',
    'v=1&data=hub&set=cifar10&side=64',
  ],
  ['v=1&separateBn=true', 'must be on or off, got “true”', 'v=1&separateBn=on'],
];

describe('the advice of texts about links', () => {
  testAdvice(
    LINKS.map(
      ([bad, words, whole]): AdviceRow => [
        words,
        follow(bad),
        new RegExp(`${words}.*\\. Copy the whole link again, or ask for a new one\\.$`),
        follow(whole),
      ],
    ),
  );

  testAdvice([
    [
      'a link of a later version',
      follow('v=2&seed=3'),
      /Open it with a newer page, or ask for its settings\.$/,
      () => expect(settingsOfLink('#v=1&seed=3').config.seed).toBe(3),
    ],
  ]);
});
