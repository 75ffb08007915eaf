import { describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { answerOf } from '../../link/workerLink.ts';
import { hasFused } from '../support.ts';
import type { Machine } from './places.ts';

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** What one thread of Node leaves. */
    layerBits: (fused: boolean) => Promise<number[]>;
  }
}

interface Answer {
  readonly bits?: Uint32Array;
  readonly isolated?: boolean;
  readonly fault?: string;
}

/** What a pool leaves whose first thread is a worker of this page. */
function bitsHere(machine: Machine): Promise<Answer> {
  const worker = new Worker(new URL('./poolWorker.fixture.ts', import.meta.url), { type: 'module' });
  const signal = AbortSignal.timeout(60_000);
  return answerOf<Machine, Answer>(worker, 'The pool', signal, (link) => link.send(machine));
}

describe('a pool in a worker of a page', () => {
  it('leaves the bits that one thread of Node leaves, on one thread and on two', async () => {
    const builds = hasFused() ? [false, true] : [false];
    for (const fused of builds) {
      const wanted = await commands.layerBits(fused);
      expect(wanted.some((word) => word !== 0)).toBe(true);
      for (const threads of [1, 2]) {
        const { bits = new Uint32Array(), isolated, fault } = await bitsHere({ fused, threads });
        expect(fault).toBeUndefined();
        expect(isolated).toBe(true);
        expect(bits.length).toBe(wanted.length);
        expect(wanted.findIndex((word, i) => word !== bits[i])).toBe(-1);
      }
    }
  });
});
