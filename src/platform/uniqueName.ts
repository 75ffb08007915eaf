/** A name of 8 hexadecimal digits that no other file has. On every page, secure or not. */
export function uniqueName(): string {
  const words = crypto.getRandomValues(new Uint32Array(1));
  return words[0]!.toString(16).padStart(8, '0');
}
