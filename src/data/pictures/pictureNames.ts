/** Endings of the names of pictures that can be read, in small letters. */
export const PICTURE_ENDINGS = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'pjpg', 'pjpeg', 'pjp'],
  ...['png', 'apng', 'webp'],
] as const;

const ENDINGS: ReadonlySet<string> = new Set(PICTURE_ENDINGS);

/** Whether a path's name is that of a picture that can be read. */
export function isPicturePath(path: string): boolean {
  const dot = path.lastIndexOf('.');
  return dot >= 0 && ENDINGS.has(path.slice(dot + 1).toLowerCase());
}
