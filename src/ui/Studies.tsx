import { type ComponentType, lazy, useReducer } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { type Tab, Tabs } from './shell/Tabs.tsx';

type Load = () => Promise<{ default: ComponentType }>;

const STUDIES: readonly Tab[] = [
  study('runs', 'Runs', () => import('./runs/RunsTab.tsx')),
  study('compare', 'Compare', () => import('./compare/CompareTab.tsx')),
  study('views', 'Views', () => import('./data/ViewsTab.tsx')),
  study('channels', 'Channels', () => import('./network/ChannelsTab.tsx')),
  study('evaluate', 'Evaluate', () => import('./laboratory/EvaluateTab.tsx')),
  study('masklab', 'Mask lab', () => import('./masklab/MaskLabTab.tsx')),
];

/** What can be asked of one or several runs, below the run itself. */
export function Studies() {
  return <Tabs label="Studies" tabs={STUDIES} />;
}

/** A tab that keeps its faults to itself: one that breaks takes neither the page nor a run under way with it. */
function study(id: string, title: string, load: Load): Tab {
  // Not in the component's state: what waits for its code has no state yet, and would ask for it again and again.
  let Content = lazy(load);

  function Guarded() {
    const [, drawAgain] = useReducer((times: number) => times + 1, 0);
    return (
      <ErrorBoundary
        fallbackRender={(props) => <BrokenStudy title={title} {...props} />}
        onReset={() => {
          // What could not be loaded is asked for anew: the first attempt would fail for ever.
          Content = lazy(load);
          drawAgain();
        }}
      >
        <Content />
      </ErrorBoundary>
    );
  }
  return { id, title, content: Guarded };
}

/** What stands in the place of a tab that broke. */
export function BrokenStudy({
  title,
  error,
  resetErrorBoundary,
}: FallbackProps & { readonly title: string }) {
  return (
    <div className="alert" role="alert">
      <div>
        <strong>The tab “{title}” broke.</strong> The rest of the page goes on, and so does a run that is
        under way. What it said: {error instanceof Error ? error.message : String(error)}
      </div>
      <button type="button" className="button" onClick={() => resetErrorBoundary()}>
        Try again
      </button>
    </div>
  );
}
