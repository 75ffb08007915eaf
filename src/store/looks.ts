import { create } from 'zustand';
import { remember, rememberedChoices } from '../platform/remembered.ts';
import { SMOOTHING_LIMIT } from './run/series.ts';

/** How the user wants the figures of the page to look, whatever run they show. */
interface Choices {
  /** Weight on the past of every smoothed curve, 0–0.99. */
  readonly smoothing: number;
  /** Whether the steps of all charts are on a logarithmic axis. */
  readonly logSteps: boolean;
  /** Whether charts of an own run have the recorded run behind their curves. */
  readonly expected: boolean;
  /** Whether the maps show the picture of the marked image. */
  readonly thumbnails: boolean;
  /** Colours that the user gave to runs, as #rrggbb, by the ids of the runs. */
  readonly runColors: Readonly<Record<string, string>>;
}

export interface Looks extends Choices {
  choose(change: Partial<Choices>): void;
}

const KEY = 'dualgate-looks';
const FIRST: Choices = { smoothing: 0.6, logSteps: false, expected: true, thumbnails: true, runColors: {} };

/** This browser remembers the choices, unless it refuses storage; then they last as long as the page. */
export const useLooks = create<Looks>()((set, get) => ({
  ...rememberedChoices(KEY, choicesIn),
  choose: (change) => {
    set(change);
    remember(KEY, JSON.stringify(choicesIn(get())));
  },
}));

/** The choices among stored values. What is missing or impossible is as on a first visit. */
export function choicesIn(value: unknown): Choices {
  const found = new Map<string, unknown>(typeof value === 'object' && value ? Object.entries(value) : []);
  const smoothing = found.get('smoothing');
  const isWeight = typeof smoothing === 'number' && smoothing >= 0 && smoothing <= SMOOTHING_LIMIT;
  const { logSteps, expected, thumbnails } = FIRST;
  return {
    smoothing: isWeight ? smoothing : FIRST.smoothing,
    logSteps: flag(found.get('logSteps'), logSteps),
    expected: flag(found.get('expected'), expected),
    thumbnails: flag(found.get('thumbnails'), thumbnails),
    runColors: colorsIn(found.get('runColors')),
  };
}

function flag(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

function colorsIn(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && /^#[0-9a-f]{6}$/i.test(entry[1]),
  );
  return Object.fromEntries(entries);
}
