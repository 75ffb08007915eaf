import { GradientNormsPanel } from './charts/GradientNormsPanel.tsx';
import { GradientsPanel } from './charts/GradientsPanel.tsx';
import { KnnPanel } from './charts/KnnPanel.tsx';
import { LossPanel } from './charts/LossPanel.tsx';
import { MacsPanel } from './charts/MacsPanel.tsx';
import { OverlayPanel } from './charts/OverlayPanel.tsx';
import { TermsPanel } from './charts/TermsPanel.tsx';
import { BudgetPanel } from './controls/BudgetPanel.tsx';
import { DialPlace } from './dial/DialPlace.tsx';
import { MapsPanel } from './maps/MapsPanel.tsx';
import { NetworkStrip } from './network/NetworkStrip.tsx';
import { ContinuePanel } from './run/ContinuePanel.tsx';
import { ImportedPanel } from './run/ImportedPanel.tsx';
import { LogPanel } from './run/LogPanel.tsx';
import { ResultPanel } from './run/ResultPanel.tsx';
import { ThisRun } from './run/ThisRun.tsx';
import { afterFirstInput, soon } from './shell/later.tsx';

// The plot of all runs loads after the first paint, with the table of runs that it needs.
const RunsPareto = soon(
  () => import('./compare/RunsPareto.tsx'),
  (_, words) => <div className="panel waiting">{words}</div>,
);

const RanksPanel = afterFirstInput('Ranks of features', () => import('./charts/RanksPanel.tsx'));

/** The run on the page, in the order of its questions: what it may cost, what is open, what comes of it. */
export function RunTab() {
  return (
    <div className="run-tab">
      <ThisRun />
      <ContinuePanel />
      <ImportedPanel />
      <DialPlace />
      <BudgetPanel />
      <NetworkStrip />
      <div className="run-pictures">
        <MapsPanel />
        <RunsPareto />
      </div>
      <ResultPanel />
      <div className="run-curves">
        <OverlayPanel />
        <LossPanel />
        <KnnPanel />
        <MacsPanel />
        <TermsPanel />
        <GradientNormsPanel />
        <RanksPanel />
        <GradientsPanel />
      </div>
      <LogPanel />
    </div>
  );
}
