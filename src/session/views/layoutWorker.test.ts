import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LayoutAnswer, LayoutOrder } from '../door/layoutProtocol.ts';

/** Sends the worker an order, as the page does. */
let ask: (order: LayoutOrder) => void;
let told: LayoutAnswer[];
let reported: unknown[];

beforeEach(async () => {
  vi.resetModules();
  [told, reported] = [[], []];
  vi.stubGlobal('self', {
    postMessage: (answer: LayoutAnswer) => told.push(answer),
    reportError: (fault: unknown) => reported.push(fault),
    addEventListener: (_: string, listener: (event: { data: LayoutOrder }) => void) => {
      ask = (data) => listener({ data });
    },
  });
  await import('./layoutWorker.ts');
});

afterEach(() => vi.unstubAllGlobals());

it('has no question about files that cannot be read', async () => {
  ask({ train: [{ path: 'a.png', file: new File(['no picture'], 'a.png') }], test: [] });
  await vi.waitFor(() => expect(told).toEqual([null]));
  expect(reported).toEqual([]);
});

it('reports faults that are not of the files, and does not take them for an answer', async () => {
  const fault = new Error('out of memory');
  const file = new File(['no picture'], 'a.bin');
  vi.spyOn(file, 'slice').mockImplementation(() => {
    throw fault;
  });
  ask({ train: [{ path: 'a.dat', file }], test: [] });
  await vi.waitFor(() => expect(reported).toEqual([fault]));
  expect(told).toEqual([]);
});
