import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { usePlayground } from '../playground.ts';
import { applyEvent, newRun, type Origin, type RunState } from '../run/run.ts';
import { useShown } from '../run/shown.ts';
import { stepRow } from '../run/stepRow.fixture.ts';
import { PLAY_MS, REST_MS } from './head.ts';
import { usePlayer } from './player.ts';

function runOf(length: number, origin: Origin, id = 'a'): RunState {
  const rows = Array.from({ length }, (_, i) => stepRow(i + 1));
  const blank = { ...newRun(id, DEFAULT_CONFIG, origin), state: 'training' as const };
  return applyEvent(blank, { kind: 'steps', run: id, rows });
}
const recorded = runOf(100, { kind: 'opened', file: 'a' });

beforeEach(() => {
  vi.useFakeTimers();
  usePlayground.setState({ run: recorded });
});
afterEach(() => {
  usePlayer.getState().toPresent();
  usePlayer.setState({ loop: true, speed: 1 });
  usePlayground.setState({ run: null });
  vi.useRealTimers();
});

const player = () => usePlayer.getState();
const step = () => useShown.getState().step;

it('plays a run from its first step, in equal time for equal shares of it', () => {
  player().play();
  expect([player().playing, step()]).toEqual([true, 0]);
  vi.advanceTimersByTime(PLAY_MS / 4);
  expect(Math.abs(step()! - 25)).toBeLessThanOrEqual(1);
  player().setSpeed(2);
  vi.advanceTimersByTime(PLAY_MS / 8);
  expect(Math.abs(step()! - 50)).toBeLessThanOrEqual(1);
});

it('begins anew after a rest, or ends at the last step', () => {
  player().play();
  vi.advanceTimersByTime(PLAY_MS + REST_MS / 2);
  expect(step()).toBe(100);
  vi.advanceTimersByTime(REST_MS / 2 + 2000);
  expect(step()!).toBeLessThan(20);
  player().setLoop(false);
  vi.advanceTimersByTime(PLAY_MS + 2000);
  expect([player().playing, step()]).toEqual([false, null]);
});

it('pauses where it is, and goes on from there', () => {
  player().play();
  vi.advanceTimersByTime(PLAY_MS / 2);
  player().pause();
  const at = step();
  vi.advanceTimersByTime(PLAY_MS);
  expect([step(), player().playing]).toEqual([at, false]);
  player().play();
  expect(step()).toBe(at);
});

it('lets the slider take over', () => {
  player().play();
  player().scrub(30);
  vi.advanceTimersByTime(PLAY_MS);
  expect([step(), player().playing]).toEqual([30, false]);
  expect(useShown.getState().mover).toBe('hand');
});

it('follows a run under way at its end of the slider, and returns to it', () => {
  usePlayground.setState({ run: runOf(100, { kind: 'here' }) });
  player().scrub(40);
  expect(step()).toBe(40);
  player().scrub(100);
  expect(step()).toBeNull();
  player().scrub(40);
  player().toPresent();
  expect(step()).toBeNull();
});

it('stops for the next run', () => {
  player().play();
  usePlayground.setState({ run: runOf(10, { kind: 'here' }, 'b') });
  expect(player().playing).toBe(false);
  vi.advanceTimersByTime(PLAY_MS);
  expect(step()).toBeNull();
});
