import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { waitFor } from './waitFor.ts';

/** The time that the slowest text may take: a run on a software adapter, milliseconds. */
const PATIENCE_MS = 480_000;

/**
 * A text that several journeys need. The first journey that asks makes it, in any worker, and the others wait
 * for it. It lies with the tests' other output, which Playwright deletes before the next run.
 */
export async function madeOnce(name: string, make: () => Promise<string>): Promise<string> {
  const folder = join(test.info().project.outputDir, 'made once');
  const [path, fault] = ['.json', '.fault'].map((ending) => join(folder, name + ending)) as [string, string];
  mkdirSync(folder, { recursive: true });
  if (claimed(join(folder, `${name}.claim`))) {
    try {
      const text = await waitFor(`${name}, made once`, make);
      // The file gets its final name only when it is complete.
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    } catch (error) {
      writeFileSync(fault, String(error));
      throw error;
    }
  }
  const there = () => existsSync(path) || existsSync(fault);
  await waitFor(`${name}, made by another journey`, () =>
    expect.poll(there, { timeout: PATIENCE_MS }).toBe(true),
  );
  if (existsSync(fault))
    throw new Error(
      `${name} could not be made, by the journey that first asked: ${readFileSync(fault, 'utf8')}`,
    );
  return readFileSync(path, 'utf8');
}

/** Whether this worker makes the text: only one worker can create the folder. */
function claimed(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
