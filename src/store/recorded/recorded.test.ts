import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayer } from '../player/player.ts';
import { usePlayground } from '../playground.ts';
import { byProject, isOwn, newRun, stepsMade } from '../run/run.ts';
import { useSelection } from '../run/selection.ts';
import { useShown } from '../run/shown.ts';
import { useRecorded } from './recorded.ts';

const PUBLIC = fileURLToPath(new URL('../../../public/', import.meta.url));

/** The site: its recorded runs, or none. */
let isThere = true;

beforeEach(() => {
  isThere = true;
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  vi.stubGlobal('fetch', async (address: URL) =>
    isThere
      ? new Response(new Uint8Array(await readFile(`${PUBLIC}${address.pathname}`)))
      : new Response('', { status: 404 }),
  );
});
afterEach(() => {
  usePlayer.getState().pause();
  usePlayground.getState().abandon();
  vi.unstubAllGlobals();
});

const recorded = () => useRecorded.getState();
const shown = () => byProject(usePlayground.getState().run)?.system ?? null;

it('a site without recorded runs opens as an empty page, and says so only when asked', async () => {
  isThere = false;
  await recorded().greet(false);
  expect([usePlayground.getState().run, recorded().complaint]).toEqual([null, null]);
  await recorded().open('vicreg');
  expect(recorded().complaint).toContain('vicreg.run.json.gz is not on this site (HTTP 404)');
});

it('the page opens on the first recorded run, which plays from its first step', async () => {
  const greeted = recorded().greet(false);
  await greeted;
  expect([shown(), usePlayer.getState().playing, useShown.getState().step]).toEqual(['dual-gating', true, 0]);
  expect(recorded().greeting).toBe(false);
  expect([isOwn(usePlayground.getState().run), isOwn(null)]).toEqual([false, false]);
});

it('it stands at its end for who prefers less motion', async () => {
  await recorded().greet(true);
  const run = usePlayground.getState().run!;
  expect([shown(), usePlayer.getState().playing]).toEqual(['dual-gating', false]);
  expect(useShown.getState().step).toBe(stepsMade(run));
  expect(useShown.getState().run).toBe(run);
});

it('what was refused before it came stays said', async () => {
  const late = recorded().greet(false);
  usePlayground.setState({ complaint: 'The folder “empty” holds no files.' });
  await late;
  expect([shown(), usePlayground.getState().complaint]).toEqual([
    'dual-gating',
    'The folder “empty” holds no files.',
  ]);
});

it('it never takes the place of another run, nor of one that a link names', async () => {
  const own = newRun('own', DEFAULT_CONFIG, { kind: 'here' });
  const late = recorded().greet(false);
  usePlayground.setState({ run: own });
  await late;
  expect(usePlayground.getState().run).toBe(own);
  expect(isOwn(own)).toBe(true);
  usePlayground.setState({ run: null });
  await Promise.all([recorded().open('slimmable', 100), recorded().greet(false)]);
  expect([shown(), usePlayer.getState().playing, useShown.getState().step]).toEqual([
    'slimmable',
    false,
    100,
  ]);
});

it('of two that were asked for, the last is shown', async () => {
  await Promise.all([recorded().open('vicreg'), recorded().open('vicreg-gating')]);
  expect([shown(), recorded().fetching]).toEqual(['vicreg-gating', null]);
});

it('images that a link marks are marked, if the run has them', async () => {
  await recorded().open('vicreg', 100, { image: 3, against: 499 });
  expect(useSelection.getState()).toMatchObject({ pinned: 3, against: 499 });
  await recorded().open('dual-gating', 10, { image: 500, against: null });
  expect([shown(), recorded().complaint]).toEqual([
    'vicreg',
    'The link was not followed. It marks image 500, but the maps of this run show images 0 to 499.',
  ]);
});

it('a link to a budget is not followed where the recorded run has no dial', async () => {
  await recorded().open('vicreg', 100);
  const marks = { image: 3, against: null, dial: 0.3 };
  await recorded().open('vicreg', null, marks);
  expect(recorded().complaint).toBe(
    'The link was not followed. It turns the dial to 0.3, but this recorded run has none. Follow a link to one of its steps.',
  );
  expect(useShown.getState().step).toBe(100);
});

it('the page opens on it only when no link has found another run', async () => {
  const own = newRun('own', DEFAULT_CONFIG, { kind: 'here' });
  let found = () => {};
  recorded().waitFor(new Promise<void>((resolve) => (found = resolve)));
  const greeted = recorded().greet(false);
  usePlayground.setState({ run: own });
  found();
  await greeted;
  expect(usePlayground.getState().run).toBe(own);
  recorded().waitFor(Promise.resolve());
});
