import { useEffect, useState } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { attendToRuns } from '../store/run/attendance.ts';
import { useScene } from '../store/scene.ts';
import { NextRun } from './controls/NextRun.tsx';
import { HubDialog } from './data/HubDialog.tsx';
import { LayoutDialog } from './data/LayoutDialog.tsx';
import { PageTabList, PageTabPanel } from './PageTabs.tsx';
import { RecordedStage } from './player/RecordedStage.tsx';
import { Badges } from './run/Badges.tsx';
import { DeviceChip } from './run/DeviceChip.tsx';
import { Downloads } from './run/Downloads.tsx';
import { ExchangeLines } from './run/ExchangeLines.tsx';
import { FailureAlert } from './run/FailureAlert.tsx';
import { KeptNotices } from './runs/KeptNotices.tsx';
import { ResumeOffer } from './runs/ResumeOffer.tsx';
import { ConfirmDialog } from './shell/ConfirmDialog.tsx';
import { DropVeil } from './shell/DropVeil.tsx';
import { Header } from './shell/Header.tsx';
import { HiddenNote } from './shell/HiddenNote.tsx';
import { laterDialog } from './shell/later.tsx';
import { ShareNotices } from './shell/ShareNotices.tsx';
import { CONTENT, SkipLink } from './shell/SkipLink.tsx';
import { useKeys } from './shell/useKeys.ts';
import { StoryPlace } from './story/StoryPlace.tsx';

const AboutPage = laterDialog('What happens here', () => import('./shell/AboutPage.tsx'));

/** The page: header and tabs on top, the next run's settings in a drawer, and the open tab. */
export function App() {
  const [helping, setHelping] = useState(false);
  const hidden = useScene((scene) => scene.hidden);
  const embedded = useScene((scene) => scene.embedded);
  useKeys(() => setHelping(true));
  useEffect(attendToRuns, []);
  return (
    <ErrorBoundary FallbackComponent={Broken}>
      <div className={embedded ? 'page embedded' : 'page'} data-hide={hidden.join(' ')}>
        <SkipLink />
        <div className="top">
          <Header openHelp={() => setHelping(true)} />
          <nav className="tab-row" aria-label="Parts of the page and the engine">
            <PageTabList />
            {!embedded && <DeviceChip />}
          </nav>
        </div>
        <StoryPlace />
        <HiddenNote />
        <RecordedStage />
        <FailureAlert />
        <ResumeOffer />
        <KeptNotices />
        <div className="columns">
          <NextRun />
          <main id={CONTENT} className="content tabs" tabIndex={-1}>
            <Badges />
            <PageTabPanel />
          </main>
        </div>
        <div className="toasts">
          <ExchangeLines />
          <ShareNotices />
        </div>
        <AboutPage open={helping} onClose={() => setHelping(false)} />
        <HubDialog />
        <LayoutDialog />
        <ConfirmDialog />
        <DropVeil />
        <Downloads />
      </div>
    </ErrorBoundary>
  );
}

function Broken({ error }: { readonly error: unknown }) {
  return (
    <div className="alert" role="alert">
      <div>
        <strong>The page broke.</strong> {error instanceof Error ? error.message : String(error)} Reload it to
        go on; a run that was under way can go on from its last checkpoint.
      </div>
    </div>
  );
}
