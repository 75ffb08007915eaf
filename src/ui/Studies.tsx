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

/** The studies of one run or several, as tabs below the run itself. */
export function Studies() {
  return <Tabs label="Studies" tabs={STUDIES} />;
}

/** A tab that contains its own faults: if it breaks, the page and a run under way go on. */
function study(id: string, title: string, load: Load): Tab {
  // A component that waits for its code has no state yet. If this were state, it would load the code
  // repeatedly.
  let Content = lazy(load);

  function Guarded() {
    const [, drawAgain] = useReducer((times: number) => times + 1, 0);
    return (
      <ErrorBoundary
        fallbackRender={(props) => <BrokenStudy title={title} {...props} />}
        onReset={() => {
          // Loads the code again, because React keeps the result of a failed attempt for ever.
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

/** The message in the place of a tab that broke. */
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
