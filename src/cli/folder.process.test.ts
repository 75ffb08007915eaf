import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'dualgate-folder-'));
const clone = join(place, 'clone');

beforeAll(() => {
  mkdirSync(clone);
  for (const name of ['package.json', 'tsconfig.json', 'src', 'datasets'])
    cpSync(join(ROOT, name), join(clone, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'), 'junction');
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Runs a script of the project in a clone whose folder has this name. */
function inFolder(name: string, script: string): Promise<{ code: number; output: string; errors: string }> {
  const folder = join(place, name);
  renameSync(clone, folder);
  return new Promise((resolve) => {
    execFile('npm', ['run', '--silent', script, '--', '--help'], { cwd: folder }, (error, output, errors) => {
      renameSync(folder, clone);
      resolve({ code: Number(error?.code ?? 0), output, errors });
    });
  });
}

describe('a clone in a folder with an odd name', () => {
  it('trains, with a space, #, %, letters beyond ASCII and quotes in it', async () => {
    const { code, output, errors } = await inFolder("a #b 100%41 Élan it's", 'train');
    expect([code, errors]).toEqual([0, '']);
    expect(output).toContain('--steps');
  });

  it.each([
    ['a?b', 'train', '?'],
    ['a?b', 'start', '?'],
    ['a#b', 'start', '#'],
  ])('in “%s” npm run %s says what to do', async (name, script, character) => {
    const { code, errors } = await inFolder(name, script);
    expect(code).toBe(2);
    expect(errors).toContain(`cannot run in a folder whose path has a “${character}”`);
    expect(errors).toContain('Rename that folder');
  });

  it('that was renamed as advised starts', async () => {
    expect((await inFolder('a-b', 'start')).code).toBe(0);
  });
});
