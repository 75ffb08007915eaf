import {
  type ComponentType,
  createElement,
  lazy,
  type ReactNode,
  Suspense,
  useState,
  useSyncExternalStore,
} from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Dialog } from './Dialog.tsx';

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

/** The code of all parts of the page that nobody sees at first. */
const loads = new Set<() => Promise<unknown>>();

/**
 * Has code loaded with the user's first key or click, so that it is there when it is wanted, even if the
 * server has gone by then. Before, the page opens sooner without it.
 */
export function withFirstInput<Module>(load: () => Promise<Module>): () => Promise<Module> {
  loads.add(load);
  return load;
}

/** Whether the user's first key, click or dropped file has come, and who waits for it. */
let touched = false;
const waiting = new Set<() => void>();

/** Begins to wait for the user's first key, click or dropped file. */
export function awaitFirstInput(): void {
  const events = ['pointerdown', 'keydown', 'drop'] as const;
  const loadAll = () => {
    touched = true;
    for (const tell of waiting) tell();
    for (const event of events) window.removeEventListener(event, loadAll, true);
    // Whoever wants the code asks again, and is told what is wrong.
    for (const load of loads) load().catch(() => undefined);
  };
  for (const event of events) window.addEventListener(event, loadAll, true);
}

/** A part of the page that nobody sees at first. While its code is on its way, its place is empty. */
export function later<Props extends object>(title: string, load: Load<Props>): ComponentType<Props> {
  const Part = guarded(withFirstInput(load));
  return function Later(props: Props) {
    return createElement(Part, { props, instead: <Missing title={title} /> });
  };
}

/** A part that may be seen without a key or click, but waits for one, since the first paint has no room. */
export function afterFirstInput<Props extends object>(
  title: string,
  load: Load<Props>,
): ComponentType<Props> {
  const Part = later(title, load);
  return function AfterFirstInput(props: Props) {
    return useSyncExternalStore(onFirstInput, isTouched, isTouched) ? createElement(Part, props) : null;
  };
}

function onFirstInput(tell: () => void): () => void {
  waiting.add(tell);
  return () => void waiting.delete(tell);
}

const isTouched = () => touched;

/**
 * A part that is loaded when it is drawn, since it is too large for what the first paint needs.
 * @param room what keeps its room: empty while the code is on its way, and with words if it does not come
 */
export function soon<Props extends object>(
  load: Load<Props>,
  room: (props: Props, words: ReactNode) => ReactNode,
): ComponentType<Props> {
  const Part = guarded(load);
  return function Soon(props: Props) {
    const words = <p className="fault">This could not be loaded. The rest of the page goes on.</p>;
    return createElement(Part, { props, waiting: room(props, null), instead: room(props, words) });
  };
}

/** Whether a dialog is open, and how it asks to be closed. */
export interface DialogState {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** A dialog whose code is not needed before it opens. It stays, so that it can give the focus back. */
export function laterDialog(title: string, load: Load<DialogState>): ComponentType<DialogState> {
  const Part = guarded(withFirstInput(load));
  return function LaterDialog(props: DialogState) {
    const [wasOpen, setWasOpen] = useState(false);
    const [openings, setOpenings] = useState(0);
    if (props.open !== wasOpen) {
      setWasOpen(props.open);
      if (props.open) setOpenings(openings + 1);
    }
    if (openings === 0) return null;
    const instead = (
      <Dialog title={title} {...props}>
        <Missing title={title} />
      </Dialog>
    );
    return createElement(Part, { props, instead, attempt: openings });
  };
}

interface GuardedProps<Props> {
  readonly props: Props;
  /** What stands in the part's place if its code cannot be loaded. */
  readonly instead: ReactNode;
  /** What stands there while it is on its way; nothing if it is missing. */
  readonly waiting?: ReactNode;
  /** When this number changes, code that could not be loaded is asked for again. */
  readonly attempt?: number;
}

/**
 * A part whose faults are its own. React keeps a failed attempt for ever, so each attempt is a new one. Code
 * that could not be loaded is asked for again when the browser is connected again.
 */
function guarded<Props extends object>(load: Load<Props>): ComponentType<GuardedProps<Props>> {
  let Content: ComponentType<Props> = lazy(load);
  return function Guarded({ props, instead, waiting = null, attempt }) {
    const connection = useSyncExternalStore(
      onConnection,
      () => connections,
      () => connections,
    );
    return (
      <ErrorBoundary
        fallback={instead}
        resetKeys={[attempt, connection]}
        onError={() => {
          Content = lazy(load);
        }}
      >
        <Suspense fallback={waiting}>{createElement(Content, props)}</Suspense>
      </ErrorBoundary>
    );
  };
}

/** Changes whenever the browser is connected again. */
let connections = 0;

function onConnection(changed: () => void): () => void {
  const heard = () => {
    connections++;
    changed();
  };
  window.addEventListener('online', heard);
  return () => window.removeEventListener('online', heard);
}

/** Says that a part of the page is missing. */
function Missing({ title }: { readonly title: string }) {
  return (
    <p className="fault" role="alert">
      “{title}” could not be loaded. The rest of the page goes on.
    </p>
  );
}
