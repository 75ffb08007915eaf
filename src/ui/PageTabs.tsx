import { Activity, type ComponentType, lazy, Suspense, useReducer } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { type TabId, usePlace } from '../store/place.ts';
import { RunTab } from './RunTab.tsx';
import { TabList, TabPanel, type TabTitle } from './shell/Tabs.tsx';

type Load = () => Promise<{ default: ComponentType }>;

interface Study extends TabTitle<TabId> {
  readonly content: ComponentType;
}

const STUDIES: readonly Study[] = [
  study('compare', 'Compare', () => import('./compare/CompareTab.tsx')),
  study('channels', 'Channels', () => import('./network/ChannelsTab.tsx')),
  study('views', 'Views', () => import('./data/ViewsTab.tsx')),
  study('evaluate', 'Evaluate', () => import('./laboratory/EvaluateTab.tsx')),
  study('masklab', 'Mask lab', () => import('./masklab/MaskLabTab.tsx')),
  study('runs', 'Runs', () => import('./runs/RunsTab.tsx')),
  study('export', 'Export', () => import('./run/ExportPanel.tsx')),
  study('device', 'Device', () => import('./run/DevicePanel.tsx')),
];

const TITLES: readonly TabTitle<TabId>[] = [{ id: 'run', title: 'Run' }, ...STUDIES];

/** The titles of the page's tabs: the run, and the studies of one run or several. */
export function PageTabList() {
  const tab = usePlace((place) => place.tab);
  return <TabList label="Parts of the page" tabs={TITLES} chosen={tab} onChoose={usePlace.getState().open} />;
}

/** The open tab. */
export function PageTabPanel() {
  return <OpenTab tab={usePlace((place) => place.tab)} />;
}

/**
 * What a tab shows. The run stays in the page while another tab is open: it keeps its state, such as how a
 * chart is smoothed, but neither listens nor draws. Studies are loaded when they are opened; what must
 * outlive a change of tabs belongs in a store.
 */
export function OpenTab({ tab }: { readonly tab: TabId }) {
  const shown = STUDIES.find(({ id }) => id === tab);
  return (
    <>
      <Activity mode={shown ? 'hidden' : 'visible'}>
        <TabPanel id="run">
          <RunTab />
        </TabPanel>
      </Activity>
      {shown && (
        <TabPanel id={shown.id}>
          <Suspense fallback={<p className="empty">Loading</p>}>
            <shown.content />
          </Suspense>
        </TabPanel>
      )}
    </>
  );
}

/** A tab that contains its own faults: if it breaks, the page and a run under way go on. */
function study(id: TabId, title: string, load: Load): Study {
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
  const offline = globalThis.navigator?.onLine === false;
  return (
    <div className="alert" role="alert">
      <div>
        <strong>The tab “{title}” broke.</strong> The rest of the page goes on, and so does a run that is
        under way. {offline && 'This browser is offline: connect, then try again. '}What it said:{' '}
        {error instanceof Error ? error.message : String(error)}
      </div>
      <button type="button" className="button" onClick={() => resetErrorBoundary()}>
        Try again
      </button>
    </div>
  );
}
