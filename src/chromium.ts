import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/**
 * WebGPU without a GPU is there only with the first of these. Playwright's own choice of headless mode lacks it: take
 * `--headless=new`, and leave out `--headless` and `--enable-unsafe-swiftshader` of its defaults.
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
 * Path of a Chromium for the browser tests. Looks at DUALGATE_CHROMIUM and CHROME_PATH, then for one on the
 * system, then for Playwright's own; else installs one: by apt-get on Debian as root, or by Playwright.
 * The answer is put into DUALGATE_CHROMIUM, so that processes started from here need not look again.
 * @throws Error saying what was tried, if there is none in the end
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

/** Debian's /usr/bin/chromium is a script that adds flags of its own; the browser behind it comes first. */
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

/** Some paths hold a script that only says how to install a browser. */
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
