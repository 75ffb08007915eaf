import { useCallback, useEffect, useId, useMemo, useState } from 'react';
import { PAPER_DATA, type PaperData } from '../../reference/paperTable.ts';
import { usePlayground } from '../../store/playground.ts';
import { useRuns } from '../../store/runs/runs.ts';
import { type Measure, measuredRuns, sectionsOf } from '../../store/runs/runsTable.ts';
import { useFacts } from '../../store/studies/findings.ts';
import { useSweep } from '../../store/studies/sweep.ts';
import { RecordedRuns } from '../player/RecordedRuns.tsx';
import { saveFile } from '../shell/download.ts';
import { ComparisonPanel } from './ComparisonPanel.tsx';
import { dialLayer } from './dialLayer.tsx';
import { maskLayer } from './maskLayer.tsx';
import { MEASURES } from './measures.ts';
import { PairPanel } from './PairPanel.tsx';
import { ParetoPanel } from './ParetoPanel.tsx';
import { theirsOf } from './paperPoints.ts';
import type { Along } from './paretoPoints.ts';
import { QuestionsPanel } from './QuestionsPanel.tsx';
import { SweepPanel } from './SweepPanel.tsx';

const NO_PAPER = 'none';

async function saveReport(): Promise<void> {
  const html = await useRuns.getState().report();
  saveFile('dualgate-report.html', new Blob([html], { type: 'text/html' }));
}

/** Compares runs: what each system reaches and at which cost. */
export default function CompareTab() {
  const own = useRuns((state) => state.own);
  const recorded = useRuns((state) => state.recorded);
  const [measure, setMeasure] = useState<Measure>('knn20');
  const [paper, setPaper] = useState<PaperData | null>('CIFAR-10');
  const theirs = useMemo(() => paper && theirsOf(paper), [paper]);
  const [selected, setSelected] = useState<string | null>(null);
  const runs = useMemo(() => [...own, ...recorded], [own, recorded]);
  const measured = useMemo(() => measuredRuns(runs), [runs]);
  const sections = useMemo(() => sectionsOf(measured, measure), [measured, measure]);
  const masks = useFacts('masks');
  const shown = usePlayground(({ run }) => run?.config ?? null);
  const layers = useCallback(
    (along: Along) =>
      [
        // What a dial measures is 20-NN.
        measure === 'knn20' ? dialLayer(sections, along) : null,
        shown && masks && maskLayer(shown, masks, measure, along),
      ].filter((layer) => layer !== null),
    [sections, measure, shown, masks],
  );
  // Questions are about 20-NN, whichever accuracy the table shows.
  const questioned = useMemo(() => sectionsOf(measured, 'knn20'), [measured]);
  // A sweep that runs or waits is what the user came for, so it is on top.
  const sweeping = useSweep(({ job }) => job !== null);
  const unlabelled = runs.length - measured.length;
  const select = (row: string) => setSelected(row === selected ? null : row);
  const [failed, setFailed] = useState(false);
  const id = useId();
  useEffect(() => void useRuns.getState().load(), []);

  return (
    <div className="compare">
      <QuestionsPanel sections={questioned} />
      {sweeping && <SweepPanel />}
      <div className="row compare-choices">
        <label htmlFor={`${id}-measure`}>Accuracy</label>
        <select
          id={`${id}-measure`}
          className="input"
          value={measure}
          onChange={({ target }) => setMeasure(target.value === 'ridge' ? 'ridge' : 'knn20')}
        >
          {Object.entries(MEASURES).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <label htmlFor={`${id}-paper`}>The paper’s rows</label>
        <select
          id={`${id}-paper`}
          className="input"
          value={paper ?? NO_PAPER}
          onChange={({ target }) => setPaper(PAPER_DATA.find((data) => data === target.value) ?? null)}
        >
          <option value={NO_PAPER}>not shown</option>
          {PAPER_DATA.map((data) => (
            <option key={data} value={data}>
              {data}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button"
          title="Saves one HTML page about your runs, or about the recorded ones if you have none"
          disabled={measured.length === 0}
          onClick={() => void saveReport().catch(() => setFailed(true))}
        >
          Report
        </button>
      </div>
      {failed && (
        <p className="fault" role="alert">
          The report could not be made, since its code could not be loaded. Reload the page.
        </p>
      )}
      {unlabelled > 0 && (
        <p className="muted small">
          {unlabelled === 1
            ? 'One run is on images without labels: it has no accuracy to compare, and stands in the list of runs only.'
            : `${unlabelled} runs are on images without labels: they have no accuracy to compare, and stand in the list of runs only.`}
        </p>
      )}
      <RecordedRuns />
      <ComparisonPanel {...{ sections, measure, paper, selected }} onSelect={select} />
      <div className="compare-pair">
        <div className="column">
          <ParetoPanel {...{ sections, measure, layers, theirs, selected }} onSelect={select} />
          {!sweeping && <SweepPanel />}
        </div>
        <div className="column">
          <PairPanel />
        </div>
      </div>
    </div>
  );
}
