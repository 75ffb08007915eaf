import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from './digest.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('SHA-256', () => {
  it('is the same from the browser and, on a page opened by plain http, from the library', async () => {
    const none = { subtle: undefined };
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(hex(await sha256(bytes))).toBe(expected(bytes));
        expect(hex(await withoutSubtle(bytes, none))).toBe(expected(bytes));
      }),
    );
  });

  it('is of the part that was handed over, not of the memory around it', async () => {
    const part = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4);
    for (const digest of [await sha256(part), await withoutSubtle(part, { subtle: undefined })])
      expect(hex(digest)).toBe(expected(Uint8Array.of(2, 3, 4)));
  });

  it('reads memory that threads share', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7);
    expect(hex(await sha256(shared))).toBe(expected(Uint8Array.of(7, 7, 7, 7)));
  });
});

/** As on a page whose `crypto` lacks `subtle`. */
async function withoutSubtle(bytes: Uint8Array, crypto: { readonly subtle: undefined }): Promise<Uint8Array> {
  const before = globalThis.crypto;
  Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
  try {
    return await sha256(bytes);
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: before, configurable: true });
  }
}
