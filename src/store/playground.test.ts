import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WHOLE } from '../data/formats/files.ts';
import { scriptedWorker } from '../link/scriptedWorker.fixture.ts';
import { tinyWeights } from '../network/weights.fixture.ts';
import { DEFAULT_CONFIG } from '../presets.ts';
import type { SessionEvent } from '../run/protocol.ts';
import { useLongRuns } from './longRuns.ts';
import { usePlayground } from './playground.ts';
import { useTheRest } from './run/remedies.ts';
import { useSettings } from './settings.ts';

const ScriptedWorker = scriptedWorker<SessionEvent>();
const file = (path: string) => ({ path, file: new File([], path) });
const source = { kind: 'files', ...WHOLE, train: [file('1.png'), file('2.png')], test: [] } as const;
const order = {
  config: { ...DEFAULT_CONFIG, seed: 7 },
  source,
  engine: 'cpu',
  initial: tinyWeights(),
} as const;

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  ScriptedWorker.all = [];
  useSettings.setState({ source, config: { ...DEFAULT_CONFIG, seed: 1 }, engine: 'auto' });
});

afterEach(() => {
  usePlayground.getState().abandon();
  vi.unstubAllGlobals();
});

/** The newest session, and the order that it was started with. */
function session() {
  const worker = ScriptedWorker.named('session').at(-1)!;
  return { worker, start: worker.told[0] };
}

/** The present run fails because too few of its images can be read. */
function failForImages(): void {
  const { run } = usePlayground.getState().run!;
  const failure = { message: 'got 1 of 2', advice: 'Convert them.', canUseRest: true } as const;
  session().worker.say({ kind: 'failed', run, reason: 'data', ...failure });
}

it('starts a failed run anew with the rest of its images, its own settings and its own weights', () => {
  usePlayground.getState().train(order);
  failForImages();
  useTheRest();
  expect(ScriptedWorker.named('session')).toHaveLength(2);
  const { config, engine, initial } = order;
  expect(session().start).toMatchObject({ config, engine, initial, source: { useTheRest: true } });
  expect(useSettings.getState().source).toBe(usePlayground.getState().source);
  // Its budget stays, whatever the slider says.
  expect(usePlayground.getState().budgetHeld).toBe(true);
  expect(useSettings.getState()).toMatchObject({ config: { seed: 1 }, source: { useTheRest: true } });
});

it('tells each session the pace that is wanted, and its changes', () => {
  useLongRuns.setState({ pace: 'gentle' });
  usePlayground.getState().train(order);
  expect(session().worker.told.at(-1)).toEqual({ kind: 'setPace', pace: 'gentle' });
  useLongRuns.setState({ pace: 'full' });
  expect(session().worker.told.at(-1)).toEqual({ kind: 'setPace', pace: 'full' });
});

it('keeps the images that were chosen since the run was started', () => {
  usePlayground.getState().train(order);
  failForImages();
  const other = { ...source, train: [file('3.png')] };
  useSettings.setState({ source: other });
  useTheRest();
  expect(session().start).toMatchObject({ source: { train: [{ path: '1.png' }, { path: '2.png' }] } });
  expect(useSettings.getState().source).toBe(other);
});
