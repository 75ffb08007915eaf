import { useState } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { GradientsPanel } from './charts/GradientsPanel.tsx';
import { KnnPanel } from './charts/KnnPanel.tsx';
import { LossPanel } from './charts/LossPanel.tsx';
import { MacsPanel } from './charts/MacsPanel.tsx';
import { OverlayPanel } from './charts/OverlayPanel.tsx';
import { TermsPanel } from './charts/TermsPanel.tsx';
import { BudgetPanel } from './controls/BudgetPanel.tsx';
import { DataPanel } from './controls/DataPanel.tsx';
import { EnginePanel } from './controls/EnginePanel.tsx';
import { MethodPanel } from './controls/MethodPanel.tsx';
import { SettingsPanel } from './controls/SettingsPanel.tsx';
import { MapsPanel } from './maps/MapsPanel.tsx';
import { NetworkStrip } from './network/NetworkStrip.tsx';
import { Badges } from './run/Badges.tsx';
import { ContinuePanel } from './run/ContinuePanel.tsx';
import { DevicePanel } from './run/DevicePanel.tsx';
import { ExchangeLines } from './run/ExchangeLines.tsx';
import { ExportPanel } from './run/ExportPanel.tsx';
import { FailureAlert } from './run/FailureAlert.tsx';
import { ImportedPanel } from './run/ImportedPanel.tsx';
import { LogPanel } from './run/LogPanel.tsx';
import { ResultPanel } from './run/ResultPanel.tsx';
import { KeptNotices } from './runs/KeptNotices.tsx';
import { ResumeOffer } from './runs/ResumeOffer.tsx';
import { Studies } from './Studies.tsx';
import { ConfirmDialog } from './shell/ConfirmDialog.tsx';
import { DropVeil } from './shell/DropVeil.tsx';
import { Header } from './shell/Header.tsx';
import { HelpDialog } from './shell/HelpDialog.tsx';
import { ShareNotices } from './shell/ShareNotices.tsx';
import { useKeys } from './shell/useKeys.ts';

/** The page: a run's settings on the left, the network and its maps in the middle, curves on the right. */
export function App() {
  const [helping, setHelping] = useState(false);
  useKeys(() => setHelping(true));
  return (
    <ErrorBoundary FallbackComponent={Broken}>
      <div className="page">
        <Header openHelp={() => setHelping(true)} />
        <Badges />
        <FailureAlert />
        <ExchangeLines />
        <ShareNotices />
        <ResumeOffer />
        <KeptNotices />
        <main className="columns">
          <div className="column left">
            <ImportedPanel />
            <ContinuePanel />
            <BudgetPanel />
            <MethodPanel />
            <SettingsPanel />
            <DataPanel />
            <EnginePanel />
          </div>
          <div className="column centre">
            <NetworkStrip />
            <MapsPanel />
            <ResultPanel />
            <div className="foot">
              <DevicePanel />
              <ExportPanel />
            </div>
            <LogPanel />
          </div>
          <div className="column right">
            <OverlayPanel />
            <LossPanel />
            <KnnPanel />
            <MacsPanel />
            <TermsPanel />
            <GradientsPanel />
          </div>
        </main>
        <Studies />
        <HelpDialog open={helping} onClose={() => setHelping(false)} />
        <ConfirmDialog />
        <DropVeil />
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
