import { describe, expect, it } from 'vitest';
import { gzipOf, headOf, TextFileError, textOf } from './runText.ts';

const text = `{"format":"dualgate-run","note":"τ, ×, 學","rows":[${'0.5,'.repeat(20_000)}1]}`;

describe('the text of a file', () => {
  it('is the same plain and packed', async () => {
    const packed = await gzipOf(text);
    expect(packed.size).toBeLessThan(text.length / 50);
    expect(await textOf(packed)).toBe(text);
    expect(await textOf(new Blob([text]))).toBe(text);
    expect(await textOf(new Blob([]))).toBe('');
  });

  it('has a head that tells what it is', async () => {
    const head = new TextEncoder().encode(text).subarray(0, 240);
    expect(await headOf(await gzipOf(text))).toEqual(head);
    expect(await headOf(new Blob([text]))).toEqual(head);
    expect(await headOf(new Blob(['ab']))).toEqual(Uint8Array.of(97, 98));
  });

  it('is given up when it unpacks to more than it may', async () => {
    const bomb = await gzipOf('0'.repeat(3_000_000));
    expect(bomb.size).toBeLessThan(10_000);
    await expect(textOf(bomb, 1_000_000)).rejects.toThrow(/at most 1 MB of text, got more/);
    await expect(textOf(new Blob(['0'.repeat(11)]), 10)).rejects.toThrow(TextFileError);
    expect(await textOf(new Blob(['0'.repeat(10)]), 10)).toHaveLength(10);
  });

  it.each([
    ['a truncated gzip', async () => (await gzipOf(text)).slice(0, 40)],
    ['a damaged gzip', async () => damaged(await gzipOf(text))],
    ['a gzip with something behind it', async () => new Blob([await gzipOf(text), 'and more'])],
    ['no UTF-8', async () => new Blob([Uint8Array.of(0x7b, 0xff, 0xfe)])],
    ['UTF-8 that breaks off', async () => new Blob([Uint8Array.of(0x7b, 0xe5, 0xad)])],
  ])('is refused when it is %s', async (_, make) => {
    await expect(make().then((file) => textOf(file))).rejects.toThrow(TextFileError);
  });
});

async function damaged(file: Blob): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
  return new Blob([bytes]);
}
