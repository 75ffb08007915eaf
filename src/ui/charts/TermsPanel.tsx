import { useCallback, useMemo } from 'react';
import { useLooks } from '../../store/looks.ts';
import type { RunState } from '../../store/run/run.ts';
import { type StepRange, useSelection } from '../../store/run/selection.ts';
import { type OverlaidRun, useOverlay } from '../../store/runs/overlay.ts';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import { type Band, bandPoints } from './bands.ts';
import type { Flag } from './curves.ts';
import { LazyChart } from './LazyChart.tsx';
import { Legend, RecordedKey } from './Legend.tsx';
import { inRunColor } from './runMarks.ts';
import { smoothCurves } from './smoothCurve.ts';
import { stepTables } from './stepTable.ts';
import { lacksParts, type TermCurve, termCurves } from './termCurves.ts';
import { useBehind } from './useBehind.ts';
import { useChartMenu } from './useChartMenu.ts';
import { useFlags } from './useFlags.ts';
import { type Drawn, useOverlaid } from './useOverlaid.ts';
import { NO_STEPS, useSteps } from './useSteps.ts';

/** The terms of the loss and the learning rate, each on its own scale. */
export function TermsPanel() {
  const first = useSampled((run) => run?.record.steps[0] ?? null, 3);
  const config = useSampled((run) => run?.config ?? null, 3);
  const own = useMemo(() => (first && config ? termCurves(first, config) : []), [first, config]);
  const runs = useOverlay((overlay) => overlay.runs);
  const shown = useMemo(() => {
    const others = runs.flatMap(termsOf).filter(({ curve }) => !labelled(own, curve.label));
    return [...own, ...others.filter((term, i) => labelled(others, term.curve.label) === others[i])];
  }, [own, runs]);
  const { log, items } = useChartMenu();
  const behind = useBehind(termsBehind);
  return (
    <Panel
      title="Terms and learning rate"
      topic="terms"
      picture="terms"
      actions={items}
      table={shown.length > 0 ? stepTables : undefined}
      aside={behind.label !== null && <RecordedKey {...behind} />}
    >
      {shown.length > 0 ? (
        <div className="terms">
          {shown.map((term, i) => (
            <TermChart
              key={`${term.curve.label} ${own.includes(term)}`}
              term={term}
              owned={own.includes(term)}
              turn={3 + i}
              log={log}
              behind={behind.bands}
            />
          ))}
        </div>
      ) : (
        <Empty>Invariance, variance and covariance of VICReg, and the two terms of the gates.</Empty>
      )}
      {first !== null && lacksParts(first) && (
        <p className="muted small">
          This run does not hold variance and covariance of each branch, only their sums.
        </p>
      )}
    </Panel>
  );
}

function termsOf({ record, config }: OverlaidRun): TermCurve[] {
  const [first] = record.steps;
  return first ? termCurves(first, config) : [];
}

function labelled(terms: readonly TermCurve[], label: string): TermCurve | undefined {
  return terms.find(({ curve }) => curve.label === label);
}

/** The term of this label in an overlaid run. Null if its system has none. */
function drawTerm(run: OverlaidRun, label: string, smoothing: number, zoom: StepRange | null): Drawn | null {
  const term = labelled(termsOf(run), label);
  if (!term) return null;
  const weight = term.measured ? smoothing : 0;
  const measured = [{ curve: inRunColor(term.curve, run), read: term.read }];
  return smoothCurves(run.record.steps, measured, { weight, limit: POINTS, zoom, raw: false });
}

const NO_FLAGS: readonly Flag[] = [];

/** Each measured term of the recorded run, under its label. */
function termsBehind({ config, record: { steps } }: RunState): readonly Band[] {
  const [first] = steps;
  return (first ? termCurves(first, config) : [])
    .filter(({ measured }) => measured)
    .map(({ curve: { label, color }, read }) => ({ key: label, color, points: bandPoints(steps, read) }));
}

/** Most points of a curve. A quarter of the panel's width has no room for more. */
const POINTS = 160;

interface TermChartProps {
  readonly term: TermCurve;
  /** True if the run on the page has this term; false if only overlaid runs have it. */
  readonly owned: boolean;
  readonly turn: number;
  /** Whether its axis is logarithmic. */
  readonly log: boolean;
  readonly behind: readonly Band[];
}

function TermChart({ term, owned, turn, log, behind }: TermChartProps) {
  const { curve, measured, read, parts } = term;
  const { label } = curve;
  const smoothing = useLooks((looks) => looks.smoothing);
  const weight = measured ? smoothing : 0;
  const zoom = useSelection((state) => state.zoom);
  const steps = useSteps(turn);
  const rows = owned ? steps : NO_STEPS;
  const draw = useCallback(
    (run: OverlaidRun, of: StepRange | null) => drawTerm(run, label, smoothing, of),
    [label, smoothing],
  );
  const overlaid = useOverlaid(draw);
  const flags = useFlags(turn);
  const shown = useMemo(
    () => smoothCurves(rows, [{ curve, read }, ...parts], { weight, limit: POINTS, zoom, raw: true }),
    [rows, read, curve, parts, weight, zoom],
  );
  // A term that does not count yet has no value. That is no fault.
  const broken = useMemo(
    () =>
      curve.key.startsWith('term')
        ? []
        : rows.filter((row) => !Number.isFinite(read(row))).map(({ step }) => step),
    [rows, read, curve],
  );
  const ofTerm = useMemo(() => behind.filter(({ key }) => key === label), [behind, label]);
  return (
    <div>
      <Legend curves={shown.curves} overlaid={overlaid} format={figure} read={shown.read} />
      <LazyChart
        name={label}
        points={shown.points}
        curves={shown.curves}
        height={82}
        log={log}
        small
        flags={owned ? flags : NO_FLAGS}
        gaps={broken}
        overlaid={overlaid}
        behind={ofTerm}
      />
    </div>
  );
}
