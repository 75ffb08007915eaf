import type { Browser } from '@playwright/test';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time, microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Milliseconds of every task of the page's main thread during `activity`. Processor time, not time on the
 * clock: it says what the page's own code costs, however busy the machine is with training.
 */
export async function mainThreadTasks(browser: Browser, activity: () => Promise<void>): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Tracing.start', {
    transferMode: 'ReturnAsStream',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline'] },
  });
  await activity();
  const complete = new Promise<string>((resolve, reject) => {
    session.once('Tracing.tracingComplete', ({ stream }) => {
      if (stream) resolve(stream);
      else reject(new Error('the browser gave no trace'));
    });
  });
  await session.send('Tracing.end');
  const handle = await complete;
  let text = '';
  for (let eof = false; !eof; ) {
    const part = await session.send('IO.read', { handle, size: 8_000_000 });
    text += part.data;
    eof = part.eof;
  }
  await session.detach();
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(text);
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(thread),
  );
  return traceEvents
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && mains.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
}
