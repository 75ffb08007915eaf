/** A random name of 8 hexadecimal digits, for a file. It needs no secure page. */
export function uniqueName(): string {
  const words = crypto.getRandomValues(new Uint32Array(1));
  return words[0]!.toString(16).padStart(8, '0');
}
