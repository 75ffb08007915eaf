import { expect, it } from 'vitest';
import { HubError } from './hubError.ts';
import { requestLength, requestRange, type Wire } from './rangeRequest.ts';

const SILENCE_MS = 20;

/** Bytes 0–99 of a file, each the number of its place. */
const FILE = Uint8Array.from({ length: 100 }, (_, i) => i);

/**
 * A wire over which each request gets as many bytes as the script says, then nothing more; null: no answer at
 * all.
 */
function silentAfter(...script: (number | null)[]) {
  const asked: string[] = [];
  const fetch: Wire['fetch'] = (_, { headers, signal }) => {
    const range = headers?.Range ?? 'the length';
    asked.push(range);
    const aborted = new Promise<never>((_, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason));
    });
    const after = script[asked.length - 1] ?? null;
    if (after === null) return aborted;
    const [from, to] = /(\d+)-(\d+)/.exec(range)!.slice(1).map(Number) as [number, number];
    const body = new ReadableStream({
      start: (controller) => {
        if (after > 0) controller.enqueue(FILE.slice(from, Math.min(to + 1, from + after)));
        if (from + after > to) controller.close();
        aborted.catch((reason: unknown) => controller.error(reason));
      },
    });
    return Promise.resolve(new Response(body, { status: 206 }));
  };
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
  };
  return { wire: { fetch, wait, online: () => true, silenceMs: SILENCE_MS }, asked, waits };
}

const range = { url: 'https://huggingface.co/a/table.parquet', start: 10, end: 60 };

it('a request that falls silent is taken up where it did', async () => {
  const { wire, asked, waits } = silentAfter(20, null, 100);
  const came: number[] = [];
  const { bytes } = await requestRange(wire, { ...range, onBytes: (count) => came.push(count) });
  expect(bytes).toEqual(FILE.slice(10, 60));
  expect(came).toEqual([20, 30]);
  expect(asked).toEqual(['bytes=10-59', 'bytes=30-59', 'bytes=30-59']);
  expect(waits).toEqual([300, 600]);
});

it('a request that falls silent each time is given up, in words', async () => {
  const { wire, asked } = silentAfter(20, 5, 0, 0, 0);
  const fault = await requestRange(wire, range).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(HubError);
  expect(fault).toMatchObject({
    fault: 'cut',
    message: expect.stringContaining('expected 50 bytes of table.parquet, got 25'),
  });
  expect(asked).toHaveLength(5);
});

it('a request that nobody answers is given up, in words, whether for a part or for the length', async () => {
  const silent = { fault: 'cut', message: expect.stringContaining('got nothing for 0.02 s') };
  await expect(requestRange(silentAfter().wire, range)).rejects.toMatchObject(silent);
  await expect(requestLength(silentAfter().wire, range.url)).rejects.toMatchObject(silent);
});

it('a silent request ends at once when its caller aborts it', async () => {
  const { wire, asked } = silentAfter(20);
  const stop = new AbortController();
  const onBytes = () => stop.abort(new Error('enough'));
  const request = { ...range, signal: stop.signal, onBytes };
  await expect(requestRange({ ...wire, silenceMs: 60_000 }, request)).rejects.toThrow('enough');
  expect(asked).toHaveLength(1);
});
