/**
 * SHA-256, 32 bytes. The browser computes it where it has hashes of its own. On pages opened by plain http it
 * has none; there a library computes it, about ten times slower.
 */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { subtle }: { readonly subtle?: SubtleCrypto } = globalThis.crypto ?? {};
  if (subtle) return new Uint8Array(await subtle.digest('SHA-256', unshared(bytes)));
  const { sha256: digest } = await import('@noble/hashes/sha2.js');
  return new Uint8Array(digest(bytes));
}

/** The browser refuses memory that threads share, which images of the WASM engine may lie in. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    : bytes.slice();
}
