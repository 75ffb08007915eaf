import { create } from 'zustand';
import { MapPicturesClient } from '../../../session/door/mapPicturesClient.ts';
import type { MapPicturesNews } from '../../../session/door/mapPicturesProtocol.ts';
import { usePlayground } from '../../playground.ts';
import { useLibrary } from '../../runs/library.ts';
import { readAs, sourceOfSummary } from '../../runs/sourceSummary.ts';
import { type DataSource, useSettings } from '../../settings.ts';
import type { RunState } from '../run.ts';

/** How far the reading of a run's pictures is. */
export type PicturesPhase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly run: string; readonly done: number; readonly total: number }
  | { readonly kind: 'failed'; readonly run: string; readonly message: string };

/** Reads the pictures of an opened run again: files of runs carry none. */
export interface MapPictures {
  readonly phase: PicturesPhase;
  /** Reads the images of the run on the page, and shows their pictures if they are those of the run. */
  load(): void;
}

const IDLE: PicturesPhase = { kind: 'idle' };

export const useMapPictures = create<MapPictures>()((set) => {
  const client = new MapPicturesClient();

  function hear(run: string, news: MapPicturesNews): void {
    switch (news.kind) {
      case 'progress':
        set({ phase: { kind: 'reading', run, done: news.done, total: news.total } });
        break;
      case 'pictures':
        set({ phase: IDLE });
        usePlayground.setState((playground) => ({ run: withPictures(playground.run, run, news.pixels) }));
        break;
      case 'failed':
        set({ phase: { kind: 'failed', run, message: news.message } });
        break;
      default:
        news satisfies never;
    }
  }

  // Another run takes the place of the one whose images are read.
  usePlayground.subscribe(({ run }, before) => {
    if (run?.run === before.run?.run) return;
    client.end();
    set({ phase: IDLE });
  });

  return {
    phase: IDLE,
    load: () => {
      const { run } = usePlayground.getState();
      const ready = run?.record.ready;
      if (!run || !ready) return;
      const source = sourceOf(run);
      if (typeof source === 'string') {
        set({ phase: { kind: 'failed', run: run.run, message: source } });
        return;
      }
      set({ phase: { kind: 'reading', run: run.run, done: 0, total: 0 } });
      const { config, data, mapImages } = ready;
      const { seed, evaluationShare } = config;
      client.read(
        {
          ...{ source, config: { seed, evaluationShare }, size: data.size, test: data.test },
          ...{ labels: mapImages.labels, fingerprint: data.fingerprint ?? null },
        },
        (news) => hear(run.run, news),
      );
    },
  };
});

/** Where the images of an opened run can be read, or a sentence that says what to do. */
function sourceOf({ run, record }: RunState): DataSource | string {
  const chosen = useSettings.getState().source;
  const entry = useLibrary.getState().entries.find(({ id }) => run === `shown-${id}`);
  const known = usePlayground.getState().opened?.source ?? null;
  const areChosen = chosen.kind === 'files' && chosen.train.length > 0;
  // Of the user's files the browser may keep a copy, which the reader looks for unless files are chosen now.
  const kept = entry && sourceOfSummary({ ...entry, imagesKept: !areChosen }, chosen);
  const source = kept ?? (known?.kind === 'files' ? null : known);
  if (typeof source === 'string') return source;
  if (source?.kind === 'hub' && !source.kept)
    return 'The run was trained on a download that this browser does not keep. Download it in the Data panel, and load the pictures again.';
  if (source) return source;
  if (chosen.kind === 'files' && areChosen) return known?.kind === 'files' ? readAs(chosen, known) : chosen;
  if (known === null) return chosen;
  const name = record.ready?.data.name ?? 'its files';
  return `The run was trained on files that no run file carries (${name}). Choose them in the Data panel, and load its pictures again.`;
}

function withPictures(run: RunState | null, id: string, pixels: Uint8Array): RunState | null {
  const ready = run?.record.ready;
  if (!run || !ready || run.run !== id) return run;
  const mapImages = { ...ready.mapImages, pixels };
  return { ...run, record: { ...run.record, ready: { ...ready, mapImages } } };
}
