import { Gauge } from 'lucide-react';
import { usePlayground } from '../../store/playground.ts';
import type { RunState } from '../../store/run/run.ts';
import { useShown } from '../../store/run/shown.ts';
import { calibrate, dialPlace } from '../../store/studies/dial.ts';
import { busy, useLaboratory } from '../../store/studies/laboratory.ts';
import { OrderLine } from '../laboratory/OrderLine.tsx';
import { measuredOn } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';
import { DialControl } from './DialControl.tsx';
import { dialTable } from './dialTable.ts';
import { dialWords, joined } from './dialWords.ts';
import '../styles/dial.css';

/** The dial of the run on the page, or what has to be done for one, or why there is none. */
export default function DialPanel() {
  const run = usePlayground((playground) => playground.run);
  const dialled = useShown(({ turned }) => dialWords(turned));
  const place = dialPlace(run);
  if (run === null || place === null) return null;
  const dial = place.kind === 'ready' ? place.dial : null;
  return (
    <Panel
      title="Budget dial"
      topic="dial"
      className="dial"
      aside={joined('of this run, not trained again; ours, not the paper’s', dialled)}
      table={dial ? () => dialTable(dial) : undefined}
    >
      {dial && <DialControl run={run} dial={dial} />}
      {place.kind === 'impossible' && <p className="muted small">{place.why}</p>}
      {place.kind === 'possible' && <Calibration />}
      {dial && <Source run={run} drawn={dial.points.every(({ moment }) => moment !== null)} />}
      <OrderLine kinds={['dial']} what="Calibration of the dial" />
      {dial && (
        <p className="muted small">
          20-NN and MACs {measuredOn(dial.sample)}; settings found with {dial.images} training images.
        </p>
      )}
    </Panel>
  );
}

/** Has the dial calibrated. */
function Calibration() {
  const working = useLaboratory(({ orders }) => busy(orders.dial));
  if (working) return null;
  return (
    <div className="row">
      <button type="button" className="button" onClick={() => void calibrate()}>
        <Gauge size={14} aria-hidden /> Calibrate the dial
      </button>
      <span className="muted small">
        Measures this network at ten budgets, from 10 % of the MACs to all, on the run’s images. Of an opened
        run, these are the images chosen under Data.
      </span>
    </div>
  );
}

/** What a dial from a file lacks: maps and gates of its points. With weights they can be had. */
function Source({ run, drawn }: { readonly run: RunState; readonly drawn: boolean }) {
  const working = useLaboratory(({ orders }) => busy(orders.dial));
  if (drawn || working || (run.record.ready?.mapImages.count ?? 0) === 0) return null;
  return (
    <p className="muted small">
      The file holds no maps and gates of single images at these budgets.{' '}
      {run.record.weights && (
        <button type="button" className="button tiny" onClick={() => void calibrate()}>
          Calibrate anew, with maps
        </button>
      )}
    </p>
  );
}
