import { describe, vi } from 'vitest';
import { type AdviceRow, testAdvice } from '../../advice.fixture.ts';
import { runHere } from '../command.fixture.ts';
import { main } from './benchCommand.ts';

// What each text of npm run bench about its work advises, done.

vi.mock('../builtSite.ts', () => ({ ROOT: '.', buildSite: async () => {} }));

/** The module that loads Playwright. @param isInstalled whether the development packages are there */
function installed(isInstalled: boolean): void {
  vi.resetModules();
  vi.doMock('../../harness/page/visit.ts', () => {
    if (!isInstalled) throw new Error('Cannot find package');
    return { visitPage: async () => ({ browser: 'Chromium 1', visits: [] }) };
  });
}

const visited = (isInstalled: boolean) => async () => {
  installed(isInstalled);
  const { code, errors } = await runHere(main, ['--page']);
  if (code !== 0) throw new Error(errors.trim());
};

const PAGE: readonly AdviceRow[] = [
  [
    '--page without the development packages',
    visited(false),
    /--page needs Playwright, .* Install the development packages with “npm ci”\.$/s,
    visited(true),
  ],
];

describe('the advice of texts about the timing of the page', () => testAdvice(PAGE));
