// What this browser remembers of a user's choices. It may refuse storage, as in private windows and frames;
// choices then last as long as the page.

/** The text that is kept under a key; null if there is none, or if the browser refuses storage. */
export function remembered(key: string): string | null {
  try {
    return globalThis.localStorage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** Keeps a text under a key, unless the browser refuses storage. */
export function remember(key: string, text: string): void {
  try {
    globalThis.localStorage?.setItem(key, text);
  } catch {
    // The choice lasts as long as the page.
  }
}

/**
 * The choices that are kept under a key.
 * @param choicesIn reads them from any value; what is missing or impossible there is as on a first visit
 */
export function rememberedChoices<Choices>(key: string, choicesIn: (value: unknown) => Choices): Choices {
  const text = remembered(key);
  if (text === null) return choicesIn(null);
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // A text that is no JSON holds no choices.
  }
  return choicesIn(value);
}
