import type { Dataset } from '../images/dataset.ts';
import { decodeBitmap } from '../pictures/decodeBitmap.ts';
import { HUB_SETS, type HubSetId, hubSet } from './catalogue.ts';
import { HubError } from './hubError.ts';
import { type HubProgress, loadHub } from './loadHub.ts';
import type { HubCommand, HubNews, KeptSizes, PartSummary } from './protocol.ts';
import { BROWSER_WIRE } from './rangeRequest.ts';
import { openRangeStore, type RangeStore } from './rangeStore.ts';

// The worker that downloads. It fetches and keeps the bytes, and reads everything once, as a run will.
// Nothing else on the page requests anything from the network except the site's own files.

/** The longest time that a report of progress waits for a newer one, milliseconds. */
const TELL_MS = 100;

const say = (news: HubNews) => self.postMessage(news);

/** null if the browser keeps nothing: it has no such file system, or does not allow it in this window. */
const store: Promise<RangeStore | null> = openRangeStore().catch(() => null);

let underWay: AbortController | null = null;

async function measure(): Promise<void> {
  const place = await store;
  if (place === null) {
    say({ kind: 'kept', sizes: null });
    return;
  }
  try {
    const sizes = await Promise.all(HUB_SETS.map(async ({ id }) => [id, await place.size(id)] as const));
    say({ kind: 'kept', sizes: Object.fromEntries(sizes) as KeptSizes });
  } catch (fault) {
    const message = `What is kept of the data sets could not be measured: ${messageOf(fault)}. Open the dialog again in a moment.`;
    say({ kind: 'complaint', message });
  }
}

/**
 * Deletes what is kept of a set, or says why it could not: a file that another tab holds open is not deleted.
 */
async function clear(set: HubSetId): Promise<void> {
  try {
    await (await store)?.clear(set);
  } catch (fault) {
    const inUse = fault instanceof DOMException && fault.name === 'NoModificationAllowedError';
    const why = inUse ? 'another tab of this site is using it' : messageOf(fault);
    const advice = inUse ? 'Close that tab, or wait until it is done, then' : 'Reload the page, then';
    const message = `${hubSet(set).label} could not be deleted, or not all of it: ${why}. ${advice} clear it again.`;
    say({ kind: 'complaint', message });
  }
}

/**
 * Says how far a download is, at most once in TELL_MS. The newest report is said even if none follows it: a
 * connection can stand still at any moment.
 */
class Reports {
  #newest: HubProgress | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  add(progress: HubProgress): void {
    // Requests that were under way when a download ended may still report.
    if (this.#ended) return;
    this.#newest = progress;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      say({ kind: 'progress', progress: this.#newest! });
    }, TELL_MS);
  }

  /** Nothing more is said. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }
}

async function download({ set, side, limits }: Extract<HubCommand, { kind: 'download' }>): Promise<void> {
  const abort = new AbortController();
  underWay?.abort();
  underWay = abort;
  const reports = new Reports();
  try {
    const place = await store;
    const { train, test } = await loadHub(
      hubSet(set),
      { side, limits },
      {
        ...{ store: place, wire: BROWSER_WIRE, decode: decodeBitmap, signal: abort.signal },
        onProgress: (progress) => reports.add(progress),
      },
    );
    say({ kind: 'done', kept: place !== null, train: summary(train), test: summary(test) });
  } catch (fault) {
    if (abort.signal.aborted) say({ kind: 'cancelled' });
    else if (fault instanceof HubError) say({ kind: 'failed', fault: fault.fault, message: fault.message });
    else say({ kind: 'failed', fault: 'internal', message: messageOf(fault) });
  } finally {
    reports.end();
    if (underWay === abort) underWay = null;
  }
  await measure();
}

function summary({ count, labels }: Dataset): PartSummary {
  return { images: count, classes: new Set(labels).size };
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}

self.addEventListener('message', async ({ data }: MessageEvent<HubCommand>) => {
  if (data.kind === 'download') await download(data);
  else if (data.kind === 'cancel') underWay?.abort();
  else {
    if (data.kind === 'clear') await clear(data.set);
    await measure();
  }
});
