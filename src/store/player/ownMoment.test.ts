import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { dialIn } from '../../run/files/runDial.ts';
import { eventsOf, parseRunFile, runFileOf } from '../../run/files/runFile.ts';
import { ownLink } from '../../run/links/momentLink.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import { newEntry } from '../../vault/door/entry.ts';
import { usePlayground } from '../playground.ts';
import { inventedDial } from '../run/dial/dial.fixture.ts';
import { applyEvent, newRun, type Origin, type RunState } from '../run/run.ts';
import { useSelection } from '../run/selection.ts';
import { useShown } from '../run/shown.ts';
import { stepRow } from '../run/stepRow.fixture.ts';
import { useLibrary } from '../runs/library.ts';
import { useShare } from '../share.ts';
import { placeNow } from './goTo.ts';

const steps = Array.from({ length: 20 }, (_, i) => stepRow(i + 1));
const file = parseRunFile(
  JSON.stringify({ ...runFileOf(DEFAULT_CONFIG, { ...EMPTY_RECORD, steps }), mapLabels: [0, 1, 2, 3] }),
);
const kept = newEntry({
  ...{ id: 'kept-1', config: DEFAULT_CONFIG, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z' },
  source: { kind: 'emoji10', test: 'unseen-style' },
});

/** A run of the file on the page. */
const runOf = (id: string, origin: Origin): RunState =>
  eventsOf(file, id).reduce<RunState>(applyEvent, newRun(id, DEFAULT_CONFIG, origin));
const other = runOf('other', { kind: 'opened', file: 'other.json' });

const first = useLibrary.getState();
beforeEach(() => {
  useLibrary.setState({ opened: true, entries: [kept], open: () => {}, load: async () => file });
  usePlayground.setState({ run: other });
});
afterEach(() => {
  useShare.getState().dismiss();
  usePlayground.getState().abandon();
  useLibrary.setState(first, true);
});

const { follow } = useShare.getState();
const place = () => [
  usePlayground.getState().run?.run,
  useShown.getState().step,
  useSelection.getState().pinned,
  useSelection.getState().against,
];

it('a link goes to its step in the run on the page, and marks its images', async () => {
  usePlayground.setState({ run: runOf('here-1', { kind: 'here' }) });
  await follow('#run=here-1&step=7&image=2&against=0');
  expect(place()).toEqual(['here-1', 7, 2, 0]);
  await follow('#run=here-1&step=9');
  expect(place()).toEqual(['here-1', 9, null, null]);
});

it('a link opens the run that this browser keeps, at its step', async () => {
  await follow('#run=kept-1&step=7&image=3');
  expect(place()).toEqual(['shown-kept-1', 7, 3, null]);
  expect(useShare.getState()).toMatchObject({ refusal: null, awaited: null });
  // It is on the page now, and is not read once more.
  useLibrary.setState({ load: () => Promise.reject(new Error('read again')) });
  await follow('#run=kept-1&step=8');
  expect(place()).toEqual(['shown-kept-1', 8, null, null]);
});

it('a link to a run of another browser changes nothing, until the file of the run is opened', async () => {
  await follow('#run=far-1&step=5&image=1');
  expect(place()).toEqual(['other', null, null, null]);
  expect(useShare.getState().awaited).toMatchObject({ run: 'far-1', step: 5 });
  usePlayground.setState({ run: runOf('run-1', { kind: 'opened', file: 'a.json', id: 'near-1' }) });
  expect(useShare.getState().awaited).not.toBeNull();
  usePlayground.setState({ run: runOf('run-2', { kind: 'opened', file: 'b.json', id: 'far-1' }) });
  await vi.waitFor(() => expect(place()).toEqual(['run-2', 5, 1, null]));
  expect(useShare.getState().awaited).toBeNull();
});

it('a link that marks an image that is not there is refused, and so is a run that cannot be read', async () => {
  await follow('#run=kept-1&step=7&image=4');
  expect(useShare.getState().refusal).toBe('It marks image 4, but the maps of this run show images 0 to 3.');
  useLibrary.setState({ load: () => Promise.reject(new Error('Nothing of this run was kept.')) });
  await follow('#run=kept-1&step=7');
  expect(useShare.getState().refusal).toBe(
    'The run that it names could not be read. Nothing of this run was kept.',
  );
  await follow('#run=kept-1&step=soon');
  expect(useShare.getState().refusal).toContain('must be a whole number');
  expect(place()).toEqual(['other', null, null, null]);
});

it('a link turns the dial of the run on the page and of one that is kept, and copies back as it was', async () => {
  const dial = inventedDial(DEFAULT_CONFIG, 20, [0.2, 0.6]);
  const here = applyEvent(runOf('here-1', { kind: 'here' }), { kind: 'dial', run: 'here-1', dial });
  usePlayground.setState({ run: here });
  await follow('#run=here-1&dial=0.6&image=2');
  expect(useShown.getState().turned?.point).toBe(dial.points[1]);
  expect(place()).toEqual(['here-1', null, 2, null]);
  expect(ownLink({ run: 'here-1', ...placeNow(20) })).toBe('run=here-1&image=2&dial=0.6');
  // A step leads back to the run as it was trained.
  await follow('#run=here-1&step=7');
  expect([useShown.getState().turned, ...place()]).toEqual([null, 'here-1', 7, null, null]);

  useLibrary.setState({ load: async () => ({ ...file, dial: dialIn({ dial }) }) });
  usePlayground.setState({ run: other });
  await follow('#run=kept-1&dial=0.2');
  expect([useShown.getState().turned?.point.budget, ...place()]).toEqual([
    ...[0.2, 'shown-kept-1', null, null, null],
  ]);
});

it('a link to a budget that the dial does not have says which it has, and changes nothing', async () => {
  await follow('#run=kept-1&dial=0.2');
  expect(useShare.getState().refusal).toBe(
    'It turns the dial to 0.2, but the dial of this run is not calibrated. Calibrate it under “Budget dial”, and follow the link again.',
  );
  const dial = dialIn({ dial: inventedDial(DEFAULT_CONFIG, 20, [0.2, 0.6]) });
  useLibrary.setState({ load: async () => ({ ...file, dial }) });
  await follow('#run=kept-1&dial=0.25');
  expect(useShare.getState().refusal).toBe(
    'It turns the dial to 0.25, but the dial of this run has 0.2, 0.6. Follow a link to one of these.',
  );
  expect(place()).toEqual(['other', null, null, null]);
  await follow('#run=kept-1&dial=0.6');
  expect(useShown.getState().turned?.point.budget).toBe(0.6);
});
