import { create } from 'zustand';
import type { DataSource } from '../../run/protocol.ts';
import { ViewsClient } from '../../session/door/viewsClient.ts';
import type { OpenedImages, PairOrder, ViewPair, ViewsNews } from '../../session/door/viewsProtocol.ts';

export type { DrawnView, OpenedImages, ViewPair, ViewParameters } from '../../session/door/viewsProtocol.ts';

/** The state of the preview of views. */
export type ViewsPhase =
  | { readonly kind: 'closed' }
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  | { readonly kind: 'open'; readonly images: OpenedImages }
  | { readonly kind: 'failed'; readonly message: string };

/** The preview of an image's augmented views. */
export interface Views {
  readonly phase: ViewsPhase;
  /** The image that is shown, and the draw of the seed's stream. */
  readonly index: number;
  readonly draw: number;
  /** The newest pair. It still shows the previous image until the next pair is made. */
  readonly pair: ViewPair | null;
  /** Reads images of a source. An earlier reading ends. */
  open(source: DataSource): void;
  /** Ends the reading and frees the images. */
  close(): void;
  /** Shows an image. An index beyond one end continues at the other end. */
  show(index: number): void;
  showAny(): void;
  chooseDraw(draw: number): void;
  /** Makes the pair for this configuration. */
  make(config: PairOrder['config']): void;
}

export const useViews = create<Views>()((set, get) => {
  const client = new ViewsClient(hear);

  function hear(news: ViewsNews): void {
    switch (news.kind) {
      case 'progress':
        set({ phase: { kind: 'reading', done: news.done, total: news.total } });
        break;
      case 'opened':
        set(({ index }) => ({
          phase: { kind: 'open', images: news.images },
          index: index < news.images.count ? index : 0,
        }));
        break;
      case 'pair':
        set({ pair: news.pair });
        break;
      case 'failed':
        client.close();
        set({ phase: { kind: 'failed', message: news.message }, pair: null });
        break;
      default:
        news satisfies never;
    }
  }

  return {
    phase: { kind: 'closed' },
    index: 0,
    draw: 0,
    pair: null,
    open: (source) => {
      set({ phase: { kind: 'reading', done: 0, total: 0 }, pair: null });
      client.open(source);
    },
    close: () => {
      client.close();
      set({ phase: { kind: 'closed' }, pair: null });
    },
    show: (index) => {
      const { phase } = get();
      if (phase.kind !== 'open') return;
      const { count } = phase.images;
      set({ index: ((index % count) + count) % count });
    },
    showAny: () => {
      const { phase, index } = get();
      if (phase.kind !== 'open' || phase.images.count < 2) return;
      const step = 1 + Math.floor(Math.random() * (phase.images.count - 1));
      get().show(index + step);
    },
    chooseDraw: (draw) => set({ draw }),
    make: (config) => {
      const { phase, index, draw } = get();
      if (phase.kind === 'open') client.draw({ config, index, draw });
    },
  };
});
