/** The text file cannot be read. The message is for the user. */
export class TextFileError extends Error {
  override readonly name = 'TextFileError';
}

/**
 * Largest size of a text file after inflation, bytes. A browser's longest string is a little larger. The
 * limit is needed because a small gzip file can inflate to a thousand times its size.
 */
const TEXT_LIMIT = 500_000_000;

/** Bytes at the start of a file that are enough to know its kind: its first key is the format. */
const HEAD_BYTES = 240;

type Bytes = Pick<Blob, 'size' | 'slice' | 'stream'>;

/**
 * The beginning of a file, inflated if it is gzip. It may be nonsense if the file is not text. Never fails.
 */
export async function headOf(file: Bytes): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let filled = 0;
  try {
    for await (const chunk of inflated(file)) {
      const part = chunk.subarray(0, HEAD_BYTES - filled);
      head.set(part, filled);
      filled += part.length;
      if (filled === HEAD_BYTES) break;
    }
  } catch {
    // The first bytes of a damaged file still tell its kind. The later reading of the whole file reports the
    // damage.
  }
  return head.subarray(0, filled);
}

/**
 * The text of a file: UTF-8, plain or gzip, which the content decides. The file is inflated in pieces, and
 * reading stops as soon as there are more than `limit` bytes.
 * @throws TextFileError when the file is too long, damaged, or not UTF-8
 */
export async function textOf(file: Bytes, limit = TEXT_LIMIT): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  let bytes = 0;
  try {
    for await (const chunk of inflated(file)) {
      bytes += chunk.length;
      if (bytes > limit) {
        throw new TextFileError(
          `A run file must hold at most ${limit / 1e6} MB of text, got more: its ${file.size} bytes unpack to something larger. Choose a file that “Export” or “npm run train -- --out” wrote.`,
        );
      }
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
  } catch (fault) {
    if (fault instanceof TextFileError) throw fault;
    throw new TextFileError(
      `The file must be text in UTF-8, plain or gzip, and whole; got “${fault instanceof Error ? fault.message : String(fault)}” after ${bytes} bytes. Copy or download it again.`,
    );
  }
  return parts.join('');
}

/** A text as a gzip file. */
export async function gzipOf(text: string): Promise<Blob> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Blob([await new Response(packed).arrayBuffer()], { type: 'application/gzip' });
}

/** The inflated bytes of a file in pieces. Leaving the loop ends the reading. */
async function* inflated(file: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const magic = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = file.stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const reader = (isGzip ? packed.pipeThrough(new DecompressionStream('gzip')) : packed).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {
      // A stream that has failed cannot be cancelled. Its error is already being thrown.
    });
  }
}
