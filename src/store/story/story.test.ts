import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { usePlace } from '../place.ts';
import { usePlayer } from '../player/player.ts';
import { usePlayground } from '../playground.ts';
import { byProject, stepsMade } from '../run/run.ts';
import { useShown } from '../run/shown.ts';
import { STORY_LENGTH } from '../scene.ts';
import { STORY, useStory } from './story.ts';

const PUBLIC = fileURLToPath(new URL('../../../public/', import.meta.url));
let isThere = true;

beforeEach(() => {
  isThere = true;
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  vi.stubGlobal('location', { pathname: '/', search: '', hash: '' });
  vi.stubGlobal('history', { state: null, replaceState: () => {} });
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

const { tell } = useStory.getState();
const place = () => ({
  system: byProject(usePlayground.getState().run)?.system,
  tab: usePlace.getState().tab,
  playing: usePlayer.getState().playing,
  step: useShown.getState().step,
});

it('says why a run cannot be shown, and shows it once it is there', async () => {
  isThere = false;
  await tell(1, false);
  expect(useStory.getState().complaint).toContain('is not on this site (HTTP 404). Try again later.');
  isThere = true;
  await tell(1, false);
  expect(useStory.getState()).toMatchObject({ complaint: null, told: { step: 1 } });
});

it('shows each run at its moment and in its tab', async () => {
  expect(STORY).toHaveLength(STORY_LENGTH);
  await tell(1, false);
  expect(place()).toEqual({ system: 'dual-gating', tab: 'run', playing: true, step: 0 });
  const run = usePlayground.getState().run!;
  await tell(2, false);
  expect(place()).toEqual({ system: 'dual-gating', tab: 'run', playing: true, step: 156 });
  await tell(3, false);
  // The run stays on the page, and all that is known of it.
  expect(usePlayground.getState().run).toBe(run);
  expect(place()).toEqual({ system: 'dual-gating', tab: 'channels', playing: false, step: stepsMade(run) });
  await tell(4, false);
  expect(place()).toMatchObject({ tab: 'run', playing: false });
  await tell(5, false);
  expect(place()).toMatchObject({ system: 'vicreg', tab: 'compare', playing: false });
  expect(useStory.getState().told?.small?.origin).toBe('recorded');
});

it('plays nothing for who prefers less motion', async () => {
  await tell(1, true);
  expect(place()).toMatchObject({ playing: false, step: 390 });
  await tell(2, true);
  expect(place()).toMatchObject({ playing: false, step: 234 });
});

it('of two steps that follow each other quickly, tells the last', async () => {
  await Promise.all([tell(5, false), tell(3, false)]);
  expect([useStory.getState().told?.step, place().tab]).toEqual([3, 'channels']);
});
