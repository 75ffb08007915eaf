import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { undisturbed } from './command.ts';

/** Short work, and what ends it. */
function work() {
  let end = () => {};
  const done = undisturbed(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  return { done, end };
}

let sent: unknown[];

beforeEach(() => {
  sent = [];
  vi.spyOn(process, 'kill').mockImplementation((_, signal) => {
    sent.push(signal);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('lets a signal wait for all work that overlaps, and loses it to none', async () => {
  const first = work();
  process.emit('SIGHUP', 'SIGHUP');
  const second = work();
  first.end();
  await first.done;
  expect(sent).toEqual([]);
  second.end();
  await second.done;
  expect(sent).toEqual(['SIGHUP']);
  const later = work();
  later.end();
  await later.done;
  expect([sent, process.listenerCount('SIGHUP')]).toEqual([['SIGHUP'], 0]);
});

it('leaves a signal to the command that has a handler of its own', async () => {
  const handler = vi.fn();
  process.on('SIGHUP', handler);
  const { done, end } = work();
  process.emit('SIGHUP', 'SIGHUP');
  end();
  await done;
  process.off('SIGHUP', handler);
  expect([sent, handler.mock.calls.length]).toEqual([[], 1]);
});
