import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { BenchmarkClient } from './client.ts';
import type { BenchmarkEvent } from './protocol.ts';

const ScriptedWorker = scriptedWorker<BenchmarkEvent>();

const REQUEST = { width: 4, batch: 8, stock: false };

let heard: BenchmarkEvent[];
let client: BenchmarkClient;

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
  heard = [];
  client = new BenchmarkClient((event) => heard.push(event));
});

afterEach(() => vi.unstubAllGlobals());

it('asks a worker of its own, passes its words on, and ends it with its answer', () => {
  client.start(REQUEST);
  const [worker] = ScriptedWorker.all;
  expect(worker!.told).toEqual([REQUEST]);
  worker!.say({ kind: 'progress', line: 'warming up' });
  expect(worker!.alive).toBe(true);
  worker!.say({ kind: 'failed', message: 'no adapter', advice: 'get one' });
  expect(worker!.alive).toBe(false);
  expect(heard.map(({ kind }) => kind)).toEqual(['progress', 'failed']);
});

it('hears nothing more of a benchmark that was ended, or replaced by another', () => {
  client.start(REQUEST);
  client.start({ ...REQUEST, width: 8 });
  const [first, second] = ScriptedWorker.all;
  expect(first!.alive).toBe(false);
  first!.say({ kind: 'progress', line: 'late' });
  client.end();
  second!.say({ kind: 'progress', line: 'later' });
  expect(second!.alive).toBe(false);
  expect(heard).toEqual([]);
});

it('says in words that the worker broke down', () => {
  client.start(REQUEST);
  const [worker] = ScriptedWorker.all;
  worker!.dispatchEvent(Object.assign(new Event('error'), { message: 'out of stack' }));
  expect(heard).toEqual([
    {
      kind: 'failed',
      message: 'The benchmark worker broke down: out of stack',
      advice: expect.stringContaining('smaller'),
    },
  ]);
  expect(worker!.alive).toBe(false);
});
