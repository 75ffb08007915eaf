/** The most that a packed text of ours unpacks to: half a gigabyte. */
const MAX_BYTES = 1 << 29;

/** gzip of a text. */
export async function packed(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * The text of a gzip.
 * @throws TypeError when it is damaged, RangeError when it unpacks to more than `limit` bytes
 */
export async function unpacked(bytes: Uint8Array<ArrayBuffer>, limit = MAX_BYTES): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new RangeError(`a packed file must unpack to at most ${limit} bytes`);
    }
    pieces.push(value);
  }
  return new Blob(pieces).text();
}
