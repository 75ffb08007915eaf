import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder on the disk, empty when a test of the file begins and gone when it has ended. */
export interface EmptyFolder {
  /** Its path while a test runs. */
  readonly path: string;
  /** The path of what lies in it. */
  readonly at: (name: string) => string;
}

export function emptyFolder(): EmptyFolder {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'dualgate-files-'));
  });
  afterEach(() => rmSync(path, { recursive: true }));
  return {
    get path() {
      return path;
    },
    at: (name) => join(path, name),
  };
}
