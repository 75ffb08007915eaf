import { median } from '../../statistics/median.ts';

/** What one visitor with an empty cache got to see, and when. A null was not seen while the visit lasted. */
export interface PageVisit {
  /** The engine that trained, as the page names it. */
  readonly engine: string;
  /** Milliseconds since the address was opened. */
  readonly firstPaintMs: number | null;
  readonly hasRecordedRun: boolean;
  /** Milliseconds since the address was opened. */
  readonly recordedMovingMs: number | null;
  /** Milliseconds since Start, as the two below. */
  readonly lossMs: number | null;
  readonly gateMs: number | null;
  /** 20-NN accuracies of both branches. */
  readonly accuraciesMs: number | null;
  /**
   * Longest task of the page's main thread between the first loss and the end of the visit, milliseconds of
   * processor time: how busy the machine is does not show.
   */
  readonly longestTaskMs: number | null;
  readonly tasksOver50Ms: number;
  /** Bytes that the page had received at its first paint; workers' own requests are not among them. */
  readonly bytesToPaint: number;
  /** Bytes that the server had written when the page was at rest before Start, headers too. */
  readonly bytesBeforeStart: number;
  /** The same at the first loss. */
  readonly bytesToLoss: number | null;
}

/** The times of several visits. */
export interface PageReport {
  readonly date: string;
  readonly browser: string;
  readonly cores: number;
  /** Mean number of processes that wanted a core in the minute before the visits, and before their end. */
  readonly load: readonly [number, number];
  readonly visits: readonly PageVisit[];
}

interface Row {
  readonly name: string;
  readonly value: (visit: PageVisit) => number | null;
  readonly format: (value: number) => string;
  readonly goal: string;
  /** Why no visit can have a value, in words; null if one could. */
  readonly absence?: (visits: readonly PageVisit[]) => string | null;
}

const ROWS: readonly Row[] = [
  { name: 'first paint', value: (visit) => visit.firstPaintMs, format: seconds, goal: '< 1 s' },
  {
    name: 'recorded run moving',
    value: (visit) => visit.recordedMovingMs,
    format: seconds,
    goal: '< 1.5 s',
    absence: (visits) =>
      visits.some(({ hasRecordedRun }) => hasRecordedRun) ? null : 'no recorded run on this page',
  },
  { name: 'Start → first loss', value: (visit) => visit.lossMs, format: seconds, goal: '< 5 s' },
  { name: 'Start → first moving gate dot', value: (visit) => visit.gateMs, format: seconds, goal: '< 8 s' },
  {
    name: 'Start → accuracy of both branches',
    value: (visit) => visit.accuraciesMs,
    format: seconds,
    goal: '< 25 s',
  },
  {
    name: 'longest main-thread task',
    value: (visit) => visit.longestTaskMs,
    format: (ms) => `${ms.toFixed(0)} ms`,
    goal: '≤ 50 ms',
  },
  { name: 'fetched until first paint', value: (visit) => visit.bytesToPaint, format: kilobytes, goal: '' },
  { name: 'fetched before Start', value: (visit) => visit.bytesBeforeStart, format: kilobytes, goal: '' },
  { name: 'fetched until first loss', value: (visit) => visit.bytesToLoss, format: kilobytes, goal: '' },
];

/** The report as a table: median and range of each time, beside its goal. */
export function pageTable({ visits, browser, cores, load }: PageReport): string {
  const [before, after] = load.map((value) => value.toFixed(1));
  const engines = [...new Set(visits.map(({ engine }) => engine))].filter((engine) => engine !== '');
  const head = [
    `built site, empty cache, ${visits.length} ${visits.length === 1 ? 'visit' : 'visits'}; ${browser}, ${cores} cores, load ${before} before and ${after} after`,
    ...(engines.length > 0 ? [`engine: ${engines.join('; ')}`] : []),
  ];
  const lines = ROWS.map((row) => [row.name.padEnd(36), cells(row, visits), row.goal].join('').trimEnd());
  return [...head, `${''.padEnd(36)}${'median'.padEnd(12)}${'range'.padEnd(28)}goal`, ...lines].join('\n');
}

/** One visit in a line, for who does not wait for the others. */
export function visitLine(visit: PageVisit): string {
  const known = ROWS.map(({ name, value, format }) => ({ name, format, at: value(visit) }));
  return known.map(({ name, format, at }) => `${name} ${at === null ? '–' : format(at)}`).join(', ');
}

function cells({ value, format, absence }: Row, visits: readonly PageVisit[]): string {
  const values = visits
    .map(value)
    .filter((each) => each !== null)
    .toSorted((a, b) => a - b);
  if (values.length === 0) return `–, ${absence?.(visits) ?? 'not seen while a visit lasted'}`.padEnd(40);
  const missed = visits.length - values.length;
  const range = `${format(values[0]!)} – ${format(values.at(-1)!)}${missed > 0 ? `, ${missed} × not seen` : ''}`;
  return format(median(values)).padEnd(12) + range.padEnd(28);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}
