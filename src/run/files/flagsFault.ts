/** The fault of base64 of `count` flags, eight to a byte (statistics/bitset.ts); null if there is none. */
export function bitsFault(text: string, count: number): string | null {
  const bytes = Math.ceil(count / 8);
  const length = 4 * Math.ceil(bytes / 3);
  if (text.length !== length) return `${count} flags must have ${length} characters, got ${text.length}`;
  const padding = (3 - (bytes % 3)) % 3;
  return isBase64(text) && text.length - text.replace(/=+$/, '').length === padding
    ? null
    : `flags must be base64 of ${bytes} bytes`;
}

/**
 * The fault of base64 of any number of flags; null if there is none.
 * @param length number of characters that it must have; null for any
 */
export function base64Fault(text: string, length: number | null): string | null {
  if (length !== null && text.length !== length)
    return `all branches must have flags of one length, got ${text.length} characters after ${length}`;
  return isBase64(text) ? null : 'flags must be base64';
}

export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
