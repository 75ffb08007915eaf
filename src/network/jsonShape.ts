/**
 * Tells two things that JSON.parse does not: how deep a text is, and the first key that occurs twice in one
 * object, of which JSON.parse silently keeps the second. It takes one pass and skips strings by their quotes.
 * @param text valid JSON
 */
export function depthAndKeys(text: string): { readonly depth: number; readonly twice: string | null } {
  /** Keys of every open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  let depth = 0;
  let twice: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '{' || letter === '[') {
      open.push(letter === '{' ? new Set() : null);
      depth = Math.max(depth, open.length);
    } else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') {
      const end = closingQuote(text, at);
      const keys = open.at(-1);
      if (keys && isKey(text, end)) {
        const key: string = JSON.parse(text.slice(at, end + 1));
        if (keys.has(key)) twice ??= key;
        keys.add(key);
      }
      at = end;
    }
  }
  return { depth, twice };
}

/** Index of the quote that ends the string which begins at `from`. */
function closingQuote(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Whether the string that ends at `end` is a key: then a colon follows it. */
function isKey(text: string, end: number): boolean {
  let next = end + 1;
  while (/\s/.test(text[next] ?? '')) next++;
  return text[next] === ':';
}
