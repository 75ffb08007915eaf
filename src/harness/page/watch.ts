/** When a visitor saw what, by the page's own clock: milliseconds since its address was opened. */
export interface Seen {
  firstPaint: number | null;
  /** Bytes that the page had received until its first paint. */
  bytesToPaint: number;
  /** Whether the page shows a recorded run. */
  hasPlayer: boolean;
  recordedMoving: number | null;
  /** The first click. */
  start: number | null;
  loss: number | null;
  gate: number | null;
  accuracies: number | null;
  /** The engine that the page names. */
  engine: string;
  /** What the page says of a run that failed. */
  failure: string | null;
}

declare global {
  interface Window {
    seen?: Seen;
    /** Told once the first loss is on the page. */
    lossShown?(): Promise<void>;
  }
}

/**
 * Looks at every frame what the page shows, as its user would, and writes the times of what is new into
 * `window.seen`. It runs in the page, before the page's own code, and can use nothing from around it.
 */
export function watchPage(): void {
  const seen: Seen = {
    firstPaint: null,
    bytesToPaint: 0,
    hasPlayer: false,
    recordedMoving: null,
    start: null,
    loss: null,
    gate: null,
    accuracies: null,
    engine: '',
    failure: null,
  };
  window.seen = seen;

  new PerformanceObserver((list) => {
    const paint = list.getEntriesByName('first-contentful-paint')[0];
    if (!paint) return;
    seen.firstPaint = paint.startTime;
    const fetched = performance
      .getEntries()
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter(({ responseEnd }) => responseEnd <= paint.startTime);
    seen.bytesToPaint = fetched.reduce((sum, { transferSize }) => sum + transferSize, 0);
  }).observe({ type: 'paint', buffered: true });

  document.addEventListener(
    'click',
    ({ timeStamp }) => {
      seen.start ??= timeStamp;
    },
    true,
  );

  /** The values that a panel's legend shows. */
  const valuesOf = (title: string): string[] => {
    const panels = [...document.querySelectorAll('section')];
    const panel = panels.find((section) => section.querySelector('h2')?.textContent === title);
    const values = [...(panel?.querySelectorAll('.legend .value') ?? [])];
    return values.map(({ textContent }) => textContent ?? '').filter((text) => /\d/.test(text));
  };
  const gates = (): string =>
    [...document.querySelectorAll('[data-block]')]
      .map((block) => block.getAttribute('aria-label') ?? '')
      .join('\n');

  /** The engine's name, which its speed follows. */
  const engine = (): string => {
    const parts = document.querySelector('.badge[title^=Engine]')?.childNodes ?? [];
    return [...parts].find(({ nodeType }) => nodeType === Node.TEXT_NODE)?.textContent ?? '';
  };

  let playerAt: string | null = null;
  const lookAtPlayer = (now: number): void => {
    const player = document.querySelector('[data-player]');
    const scrubber = player?.querySelector<HTMLInputElement>('input[type=range]');
    seen.hasPlayer ||= player !== null;
    if (!scrubber || seen.recordedMoving !== null) return;
    if (playerAt !== null && scrubber.value !== playerAt) seen.recordedMoving = now;
    playerAt = scrubber.value;
  };

  /** The gates as they were at the first step. */
  let gatesBefore = '';
  const lookAtRun = (now: number): void => {
    const progress = document.querySelector('.progress')?.textContent ?? '';
    if (progress.startsWith('failed'))
      seen.failure ??= document.querySelector('[role=alert]')?.textContent ?? progress;
    if (!/step [1-9]/.test(progress)) return;
    if (seen.loss === null && valuesOf('Loss').length > 0) {
      seen.loss = now;
      seen.engine = engine();
      void window.lossShown?.();
    }
    const open = gates();
    if (gatesBefore !== '' && open !== '' && open !== gatesBefore) seen.gate ??= now;
    if (gatesBefore === '') gatesBefore = open;
    if (seen.accuracies === null && valuesOf('20-NN accuracy').length >= 2) seen.accuracies = now;
  };

  const look = (now: number): void => {
    if (seen.start === null) lookAtPlayer(now);
    else lookAtRun(now);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Whether the page has loaded nothing new for two seconds. It runs in the page, as `watchPage` does. */
export function isAtRest(): boolean {
  const loaded = performance.getEntries().filter((entry) => entry instanceof PerformanceResourceTiming);
  const last = Math.max(...loaded.map(({ responseEnd }) => responseEnd));
  return document.readyState === 'complete' && performance.now() - last > 2000;
}
