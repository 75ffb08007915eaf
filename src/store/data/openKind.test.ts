import { expect, it } from 'vitest';
import { gzipOf } from '../../run/files/runText.ts';
import { openKind } from './openKind.ts';

const named = (name: string, ...parts: BlobPart[]) => new File(parts, name);

it.each([
  ['{"format":"dualgate-run","version":1}', 'run'],
  ['\n { "version" : 1, "format" : "dualgate-runs"}', 'runs'],
  ['{"format":"dualgate-weights","version":1}', 'weights'],
])('tells %s by its content, packed or not, whatever its name', async (text, kind) => {
  expect(await openKind(named('a.bin', text))).toBe(kind);
  expect(await openKind(named('a.json', text))).toBe(kind);
  expect(await openKind(named('a', await gzipOf(text)))).toBe(kind);
});

it('takes JSON of no known format for a run, so that it is refused as one', async () => {
  expect(await openKind(named('a.json', '[1, 2]'))).toBe('run');
  expect(await openKind(named('a.json.gz', await gzipOf('{"format":"toString"}')))).toBe('run');
  expect(await openKind(named('a.dualgate.json', ''))).toBe('run');
});

it('takes safetensors by header length and brace, or by name where it is broken', async () => {
  const header = '{"a":{}}';
  const bytes = new Uint8Array(8 + header.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  expect(await openKind(named('a.bin', bytes))).toBe('safetensors');
  expect(await openKind(named('a.bin', bytes.subarray(0, 15)))).toBe('data');
  expect(await openKind(named('a.safetensors', 'x'))).toBe('safetensors');
});

it('takes everything else for images', async () => {
  expect(await openKind(named('batch.bin', new Uint8Array(3073)))).toBe('data');
  expect(await openKind(named('cifar.tar.gz', await gzipOf('data_batch_1.bin\0'.repeat(40))))).toBe('data');
  expect(await openKind(named('cut.tar.gz', (await gzipOf('x'.repeat(9000))).slice(0, 30)))).toBe('data');
  expect(await openKind(named('empty.bin'))).toBe('data');
});
