import type { Socket } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { type PreviewServer, preview } from 'vite';
import { CHROMIUM_FLAGS, findChromium } from '../../chromium.ts';
import { mainThreadTasks } from './mainThread.ts';
import { type PageVisit, visitLine } from './pageReport.ts';
import { isAtRest, type Seen, watchPage } from './watch.ts';

/** How long a page that loads nothing more is given to show a recorded run that moves, milliseconds. */
const PLAYER_MS = 10_000;
const LOADING_MS = 60_000;

/**
 * A visitor's browser offers what it offers: without a GPU, no WebGPU. The flag of the checks would have the
 * page try an adapter in software.
 */
const FLAGS = CHROMIUM_FLAGS.filter((flag) => flag !== '--enable-unsafe-webgpu');

export interface VisitOrder {
  /** Folder of the project, with the built site in `dist`. */
  readonly root: string;
  readonly visits: number;
  /** How long each visit waits for gates that move and for accuracies after Start, milliseconds. */
  readonly patienceMs: number;
}

/**
 * Visits the built site as often as asked, each time with a browser of its own, whose cache is empty.
 * @throws Error when there is no Chromium, or the page cannot be started
 */
export async function visitPage(
  { root, visits, patienceMs }: VisitOrder,
  say: (line: string) => void,
): Promise<{ readonly browser: string; readonly visits: readonly PageVisit[] }> {
  const executablePath = findChromium(say);
  const server = await preview({
    root,
    logLevel: 'error',
    preview: { port: 0, host: '127.0.0.1', open: false },
  });
  const sent = bytesSent(server);
  const made: PageVisit[] = [];
  let version = '';
  try {
    while (made.length < visits) {
      say(`visit ${made.length + 1} of ${visits}`);
      const browser = await chromium.launch({
        executablePath,
        ignoreDefaultArgs: ['--headless', '--enable-unsafe-swiftshader'],
        args: ['--headless=new', ...FLAGS],
      });
      try {
        version = browser.version();
        const seen = await visit(browser, addressOf(server), sent, patienceMs);
        made.push(seen);
        say(visitLine(seen));
      } finally {
        await browser.close();
      }
    }
    return { browser: `Chromium ${version}`, visits: made };
  } finally {
    await server.close();
  }
}

async function visit(
  browser: Browser,
  address: string,
  sent: () => number,
  patienceMs: number,
): Promise<PageVisit> {
  const before = sent();
  const context = await browser.newContext();
  const page = await context.newPage();
  let atLoss: number | null = null;
  await prepare(context, page, () => {
    atLoss = sent() - before;
  });
  await page.goto(address, { timeout: LOADING_MS });
  await page.waitForFunction(isAtRest, undefined, { timeout: LOADING_MS });
  await page.waitForFunction(() => typeof window.seen?.firstPaint === 'number', undefined, {
    timeout: LOADING_MS,
  });
  const beforeStart = sent() - before;
  if (await page.evaluate(() => window.seen?.hasPlayer))
    await inTime(
      page.waitForFunction(() => window.seen?.recordedMoving != null, undefined, { timeout: PLAYER_MS }),
    );
  await page
    .getByRole('button', { name: /^(Start|Train your own)$/ })
    .first()
    .click();

  const until = performance.now() + patienceMs;
  const reached = (...what: ('loss' | 'gate' | 'accuracies')[]) =>
    inTime(
      page.waitForFunction(
        (keys) => keys.every((key) => window.seen?.[key] != null) || window.seen?.failure != null,
        what,
        { timeout: Math.max(1, until - performance.now()), polling: 100 },
      ),
    );
  await reached('loss');
  const tasks = atLoss === null ? [] : await mainThreadTasks(browser, () => reached('gate', 'accuracies'));
  const seen = await page.evaluate(() => window.seen);
  await context.close();
  if (seen === undefined) throw new Error('the page was left while it was measured');
  if (seen.failure !== null) throw new Error(`the run on the page failed: ${seen.failure}`);
  return { ...times(seen), bytesBeforeStart: beforeStart, bytesToLoss: atLoss, ...longest(tasks) };
}

async function prepare(context: BrowserContext, page: Page, onLoss: () => void): Promise<void> {
  await page.exposeFunction('lossShown', onLoss);
  // The runner of TypeScript names functions by a function of its own, which a page does not have.
  await context.addInitScript({ content: 'globalThis.__name ??= (of) => of;' });
  await context.addInitScript(watchPage);
}

function times(seen: Seen) {
  const sinceStart = (at: number | null) => (at === null || seen.start === null ? null : at - seen.start);
  return {
    engine: seen.engine,
    firstPaintMs: seen.firstPaint,
    hasRecordedRun: seen.hasPlayer,
    recordedMovingMs: seen.recordedMoving,
    lossMs: sinceStart(seen.loss),
    gateMs: sinceStart(seen.gate),
    accuraciesMs: sinceStart(seen.accuracies),
    bytesToPaint: seen.bytesToPaint,
  };
}

function longest(tasks: readonly number[]) {
  return {
    longestTaskMs: tasks.length === 0 ? null : Math.max(...tasks),
    tasksOver50Ms: tasks.filter((ms) => ms > 50).length,
  };
}

/** What is not there in time is missing from the report. Any other error is one. */
async function inTime(waiting: Promise<unknown>): Promise<void> {
  await waiting.catch((fault: unknown) => {
    if (!(fault instanceof Error && fault.name === 'TimeoutError')) throw fault;
  });
}

/** Counts what the server writes into all of its connections, headers too. */
function bytesSent({ httpServer }: PreviewServer): () => number {
  const sockets: Socket[] = [];
  httpServer.on('connection', (socket: Socket) => sockets.push(socket));
  return () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
}

function addressOf({ resolvedUrls }: PreviewServer): string {
  const address = resolvedUrls?.local[0];
  if (address === undefined) throw new Error('the server of the built site has no address');
  return address;
}
