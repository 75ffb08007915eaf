import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/**
 * Chromium offers WebGPU without a GPU only with the first of these flags. Playwright's default headless mode
 * does not offer it at all: start with `--headless=new`, and remove `--headless` and
 * `--enable-unsafe-swiftshader` from Playwright's default flags.
 */
export const CHROMIUM_FLAGS = [
  '--enable-unsafe-webgpu',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/**
 * Path of a Chromium for the browser tests. Looks at DUALGATE_CHROMIUM and CHROME_PATH, then for a Chromium
 * on the system, then for Playwright's own. If there is none, installs one: with apt-get on Debian as root,
 * or with Playwright. Writes the path into DUALGATE_CHROMIUM, so that processes started from here need not
 * search again.
 * @throws Error that says what was tried, if no Chromium was found or installed
 */
export function findChromium(say: (line: string) => void = console.log): string {
  const named = process.env.DUALGATE_CHROMIUM ?? process.env.CHROME_PATH;
  if (named !== undefined && !runs(named)) {
    throw new Error(
      `DUALGATE_CHROMIUM or CHROME_PATH must be the path of a Chromium that starts, got ${named}. Correct or unset it.`,
    );
  }
  const found = named ?? installed() ?? fromDebian(say) ?? fromPlaywright(say);
  if (found === undefined) {
    throw new Error(
      'The browser tests need Chromium: expected DUALGATE_CHROMIUM or CHROME_PATH, a chromium or google-chrome on the PATH, ' +
        'or that “apt-get install chromium” (Debian, as root) or “npx playwright install chromium” works; none did. ' +
        'Install Chromium, or set DUALGATE_CHROMIUM to its path.',
    );
  }
  process.env.DUALGATE_CHROMIUM = found;
  return found;
}

/** Whether there is a Chromium to find, without installing one. */
export function hasChromium(): boolean {
  const named = process.env.DUALGATE_CHROMIUM ?? process.env.CHROME_PATH;
  return named === undefined ? installed() !== undefined : runs(named);
}

/**
 * On Debian, /usr/bin/chromium is a script that adds its own flags. The browser that it starts is therefore
 * tried first.
 */
const KNOWN_PATHS = [
  '/usr/lib/chromium/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const KNOWN_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = KNOWN_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...KNOWN_PATHS, ...onPath, chromium.executablePath()].find(
    (path) => existsSync(path) && runs(path),
  );
}

/**
 * Whether the browser at this path starts. Some paths hold a script that only says how to install a browser.
 */
function runs(path: string): boolean {
  return succeeds(path, ['--version'], { stdio: 'ignore', timeout: 30_000 });
}

function fromDebian(say: (line: string) => void): string | undefined {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return undefined;
  say('No Chromium found: installing it with apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  succeeds('apt-get', ['update', '-qq'], { env, stdio: 'inherit' });
  succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    env,
    stdio: 'inherit',
  });
  return installed();
}

function fromPlaywright(say: (line: string) => void): string | undefined {
  say('No Chromium found: downloading Playwright’s …');
  succeeds('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' });
  return installed();
}

function succeeds(command: string, args: readonly string[], options: ExecFileSyncOptions): boolean {
  try {
    execFileSync(command, args, options);
    return true;
  } catch {
    return false;
  }
}
