interface Wanted {
  /** File endings, in the form of an input's `accept`. */
  readonly accept: string;
  readonly multiple?: boolean;
}

/** Opens the browser's file picker from a click; nothing happens when the user chooses none. */
export function pickFiles({ accept, multiple = false }: Wanted, take: (files: File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.multiple = multiple;
  input.addEventListener('change', () => take([...(input.files ?? [])]), { once: true });
  input.click();
}
