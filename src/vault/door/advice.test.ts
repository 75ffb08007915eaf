import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { runFileOf } from '../../run/files/runFile.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import { VaultClient } from './client.ts';
import type { VaultEvent } from './protocol.ts';

// What each text about the keeper of runs advises, done.

const ScriptedWorker = scriptedWorker<VaultEvent>();
let page: VaultClient;

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  page = new VaultClient(() => {});
});
afterEach(() => vi.unstubAllGlobals());

const keeper = () => ScriptedWorker.all.at(-1)!;
const breaks = async () => {
  const loading = page.load('a');
  keeper().crash('out of memory');
  await loading;
};
/** Asks for a run, which comes. */
const loaded = async (ticket: number) => {
  const loading = page.load('a');
  keeper().say({ kind: 'loaded', ticket, file: runFileOf(DEFAULT_CONFIG, EMPTY_RECORD) });
  expect((await loading).config).toEqual(DEFAULT_CONFIG);
};
const reloaded = () => {
  page = new VaultClient(() => {});
  return loaded(1);
};

const KEEPER: readonly AdviceRow[] = [
  ['a keeper that breaks down', breaks, /broke down: out of memory\. Reload the page\.$/, reloaded],
  [
    'a keeper that broke down before',
    async () => {
      await breaks().catch(() => {});
      await page.load('a');
    },
    /broke down before\. Reload the page\.$/,
    reloaded,
  ],
  [
    'a keeper that refuses, in its own words',
    async () => {
      const loading = page.load('a');
      keeper().say({ kind: 'refused', ticket: 1, message: 'Another tab trains this run: go on there.' });
      await loading;
    },
    /^Another tab trains this run: go on there\.$/,
    () => loaded(2),
  ],
];

describe('the advice of texts about the keeper of runs', () => testAdvice(KEEPER));
