import {
  cutError,
  type HubError,
  layoutError,
  offlineError,
  refusedError,
  silentError,
  statusError,
} from './hubError.ts';

/** How requests are made: as the browser makes them, or as a test does. */
export interface Wire {
  readonly fetch: (
    url: string,
    init: {
      readonly method?: 'HEAD';
      readonly headers?: Readonly<Record<string, string>>;
      readonly signal?: AbortSignal;
    },
  ) => Promise<Response>;
  /** False only if the machine knows that it has no network. */
  readonly online: () => boolean;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** A connection over which nothing has come for this time counts as broken off, milliseconds. */
  readonly silenceMs: number;
}

export interface RangeRequest {
  readonly url: string;
  /** The range goes from `start` up to, but not including, `end`. */
  readonly start: number;
  readonly end: number;
  readonly signal?: AbortSignal;
  /** It is called with the number of bytes that have just come over the network. */
  readonly onBytes?: (bytes: number) => void;
}

export interface RangeAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Length of the whole file; null if the host does not let pages read it. */
  readonly total: number | null;
}

/** The most requests for one part; then the download fails. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 300;

/** Statuses of errors that may pass after a moment. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Aborts a request over which nothing has come for too long, or that its caller aborts. */
class Watch {
  /** The signal of the request. */
  readonly signal: AbortSignal;
  readonly #silent = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly ms: number,
    readonly caller: AbortSignal | undefined,
  ) {
    const { signal } = this.#silent;
    this.signal = caller ? AbortSignal.any([caller, signal]) : signal;
    this.heard();
  }

  /** Something has come: the time begins anew. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#silent.abort(), this.ms);
  }

  get wasSilent(): boolean {
    return this.#silent.signal.aborted;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * One part of a file, by a request that needs no preflight: GET with a simple `Range: bytes=a-b` and no other
 * header. If the connection breaks off or falls silent, a new request continues from there, after a wait that
 * doubles each time.
 * @throws HubError in words; the signal's reason when aborted
 */
export async function requestRange(wire: Wire, request: RangeRequest): Promise<RangeAnswer> {
  const { url, start, end, signal, onBytes } = request;
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  let total: number | null = null;
  for (let attempt = 1, wait = FIRST_WAIT_MS; ; attempt++, wait *= 2) {
    signal?.throwIfAborted();
    const from = start + filled;
    let fault: HubError | null = null;
    const watch = new Watch(wire.silenceMs, signal);
    try {
      const response = await ask(wire, url, { headers: { Range: `bytes=${from}-${end - 1}` } }, watch);
      if (response instanceof Error) {
        fault = response;
        if (!wire.online()) throw fault;
      } else if (response.status !== 206) {
        await response.body?.cancel().catch(ignored);
        fault = statusError(url, response.status);
        if (!PASSING.has(response.status)) throw fault;
      } else {
        total = checkedTotal(response, url, from, end) ?? total;
        await fill(response, url, bytes.subarray(filled), watch, (count) => {
          filled += count;
          onBytes?.(count);
        });
        if (filled === bytes.length) return { bytes, total };
      }
    } finally {
      watch.end();
    }
    if (attempt >= ATTEMPTS) throw fault ?? cutError(url, filled, bytes.length, attempt);
    await wire.wait(wait, signal);
  }
}

/**
 * The length of a file whose host does not let pages read `Content-Range`. Pages can always read
 * `Content-Length`.
 * @throws HubError in words; the signal's reason when aborted
 */
export async function requestLength(wire: Wire, url: string, signal?: AbortSignal): Promise<number> {
  const watch = new Watch(wire.silenceMs, signal);
  const response = await ask(wire, url, { method: 'HEAD' }, watch).finally(() => watch.end());
  if (response instanceof Error) throw response;
  if (!response.ok) throw statusError(url, response.status);
  const length = Number(response.headers.get('Content-Length') ?? Number.NaN);
  if (Number.isSafeInteger(length) && length > 0) return length;
  throw layoutError(new URL(url).pathname, 'expected its length in the answer’s head, got none');
}

async function ask(
  wire: Wire,
  url: string,
  init: Omit<Parameters<Wire['fetch']>[1], 'signal'>,
  watch: Watch,
): Promise<Response | HubError> {
  try {
    const response = await wire.fetch(url, { ...init, signal: watch.signal });
    watch.heard();
    return response;
  } catch (fault) {
    watch.caller?.throwIfAborted();
    if (!wire.online()) return offlineError(url);
    if (watch.wasSilent) return silentError(url, watch.ms);
    return refusedError(url, fault instanceof Error ? fault.message : String(fault));
  }
}

/**
 * The whole file's length, from `Content-Range: bytes a-b/total`. A page can read it only if the host exposes
 * it.
 * @throws HubError if the answer has the bytes of another part
 */
function checkedTotal(response: Response, url: string, from: number, end: number): number | null {
  const range = response.headers.get('Content-Range');
  if (range === null) return null;
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  if (Number(first) === from && Number(last) === end - 1) return Number(total);
  throw layoutError(new URL(url).pathname, `expected its bytes ${from} to ${end - 1}, got “${range}”`);
}

/** Reads a body into `room` until it ends. @throws HubError if it brings more than was asked for */
async function fill(
  response: Response,
  url: string,
  room: Uint8Array,
  watch: Watch,
  onBytes: (count: number) => void,
): Promise<void> {
  const reader = response.body?.getReader();
  let filled = 0;
  while (reader !== undefined) {
    // A connection that breaks off or is silent looks like the end of the body. The caller counts the bytes
    // and sees the difference.
    const { done, value } = await reader.read().catch(() => BROKEN_OFF);
    if (watch.caller?.aborted) await reader.cancel().catch(ignored);
    watch.caller?.throwIfAborted();
    if (done) return;
    watch.heard();
    if (filled + value.length > room.length) {
      await reader.cancel().catch(ignored);
      throw layoutError(new URL(url).pathname, `expected ${room.length} bytes in an answer, got more`);
    }
    room.set(value, filled);
    filled += value.length;
    onBytes(value.length);
  }
}

const BROKEN_OFF = { done: true, value: undefined } as const;

function ignored(): void {
  // A failed body cannot be cancelled. The caller already gets its error.
}

/** Requests by the browser itself. */
export const BROWSER_WIRE: Wire = {
  fetch: (url, init) =>
    fetch(url, { ...init, credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' }),
  online: () => navigator.onLine,
  silenceMs: 30_000,
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
