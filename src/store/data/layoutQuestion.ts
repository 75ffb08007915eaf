import { create } from 'zustand';
import type { LayoutChoice } from '../../data/formats/files.ts';
import type { FilesSource } from '../../run/protocol.ts';
import { layoutAnswer } from '../../session/door/layoutClient.ts';
import type { ShownQuestion } from '../../session/door/layoutProtocol.ts';
import { type DataSource, useSettings } from '../settings.ts';

export type { SampleImage, ShownQuestion, ShownReading } from '../../session/door/layoutProtocol.ts';

/** The question how the chosen folders are read. There is one where more than one reading is possible. */
export interface LayoutQuestions {
  /** The question, and the files that raise it; null without one. */
  readonly asked: { readonly files: FilesSource['train']; readonly question: ShownQuestion } | null;
  /** Whether the page shows the readings. */
  readonly open: boolean;
  /** Reads the chosen folders in this way. The question can be opened again, for another answer. */
  answer(layout: LayoutChoice): void;
  /** Shows the readings. */
  ask(): void;
  /** Hides them without an answer. */
  cancel(): void;
}

export const useLayoutQuestion = create<LayoutQuestions>()((set) => ({
  asked: null,
  open: false,
  answer: (layout) => {
    const { source } = useSettings.getState();
    set({ open: false });
    if (source.kind === 'files') useSettings.setState({ source: { ...source, layout } });
  },
  ask: () => set({ open: true }),
  cancel: () => set({ open: false }),
}));

/** The question that a source raises, answered or not; null if it raises none. */
export function questionOn(
  source: DataSource,
  { asked }: Pick<LayoutQuestions, 'asked'>,
): ShownQuestion | null {
  return source.kind === 'files' && asked !== null && asked.files === source.train ? asked.question : null;
}

/** Whether the user must say how the folders are read before a run can use them. */
export function mustAsk(source: DataSource): boolean {
  const question = questionOn(source, useLayoutQuestion.getState());
  return question !== null && source.kind === 'files' && source.layout === undefined;
}

/**
 * Files of records, tables, texts and the archives of CIFAR and STL-10 have no folders to ask about. Pictures
 * do, also those that lie in a folder of these names.
 */
const NO_FOLDERS = /\.(bin|parquet|npy|json|safetensors|txt|html)$|(cifar|stl-?10)[^/]*\.(tar|tgz|gz)$/i;

let looked: FilesSource['train'] | null = null;
let stop: AbortController | null = null;

/** Looks at files as soon as they are chosen. How much of them is read, and how large, changes nothing. */
export function look(source: DataSource): void {
  if (source.kind !== 'files' || source.kept || source.train === looked) return;
  looked = source.train;
  stop?.abort();
  useLayoutQuestion.setState({ asked: null, open: false });
  if ([...source.train, ...source.test].every(({ path }) => NO_FOLDERS.test(path))) return;
  const here = new AbortController();
  stop = here;
  layoutAnswer(source, here.signal).then(
    (question) => {
      if (question === null || stop !== here) return;
      const { source: now } = useSettings.getState();
      const isAnswered = now.kind === 'files' && now.layout !== undefined;
      useLayoutQuestion.setState({
        asked: { files: source.train, question },
        open: now.kind === 'files' && now.train === source.train && !isAnswered,
      });
    },
    () => {
      // It was ended, or broke down. The next choice of these files looks again, and a run of them says what
      // is wrong.
      if (stop === here) looked = null;
    },
  );
}

useSettings.subscribe(({ source }, before) => {
  if (source !== before.source) look(source);
});
