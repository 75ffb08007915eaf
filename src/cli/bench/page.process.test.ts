import { expect, it } from 'vitest';
import { runAlone } from '../command.fixture.ts';

it('npm run bench -- --page visits the built page, and says what a short visit did not see', async () => {
  const { code, output } = await runAlone('bench', ['--page', '--visits', '1', '--wait', '1']);
  expect(code).toBe(0);
  const lines = output.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^built site, empty cache, 1 visit; Chromium [\d.]+, \d+ cores, load /);
  expect(output).toMatch(/^first paint +\d+\.\d\d s +\d+\.\d\d s – \d+\.\d\d s +< 1 s$/m);
  expect(output).toMatch(/^fetched before Start +\d+ kB/m);
  // No machine reaches an accuracy in a second.
  expect(output).toMatch(/^Start → accuracy of both branches +–, not seen while a visit lasted +< 25 s$/m);
}, 180_000);
