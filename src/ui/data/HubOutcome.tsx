import { Check, TriangleAlert } from 'lucide-react';
import { type HubPhase, hubPage, hubSet, type PartSummary, rateOf, useHub } from '../../store/data/hub.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { useSettings } from '../../store/settings.ts';
import { bytes, clock, count } from '../shell/format.ts';

/** Says how far the download is, or how it ended. */
export function HubOutcome() {
  const phase = useHub((state) => state.phase);
  if (phase.kind === 'downloading') return <Progress phase={phase} />;
  if (phase.kind === 'done') return <Done phase={phase} />;
  if (phase.kind === 'cancelled') {
    return (
      <p className="hub-outcome" role="status">
        Cancelled. What came whole is kept: “Go on” asks only for the rest.
      </p>
    );
  }
  return phase.kind === 'failed' ? <Failed phase={phase} /> : null;
}

function Progress({ phase }: { readonly phase: Extract<HubPhase, { kind: 'downloading' }> }) {
  const { progress, pace } = phase;
  const opened = progress !== null && progress.totalBytes > 0;
  const rate = rateOf(pace);
  const left = opened && rate ? (progress.totalBytes - progress.bytes) / rate : null;
  return (
    <div className="hub-progress">
      <progress
        aria-label="Download"
        value={opened ? progress.bytes : undefined}
        max={opened ? progress.totalBytes : undefined}
      />
      {/* A screen reader reads this out once at the start, not ten times a second. */}
      <span className="visually-hidden" role="status">
        {opened ? `Downloading ${count(progress.totalImages)} images` : 'Opening the tables'}
      </span>
      <span className="line" aria-hidden>
        {opened
          ? `${bytes(progress.bytes)} of ${bytes(progress.totalBytes)} · ${count(progress.images)} of ${count(progress.totalImages)} images`
          : 'Opening the tables…'}
        {rate !== null && rate > 0 && ` · ${bytes(rate)}/s`}
        {left !== null && ` · ${clock(left)} left`}
      </span>
    </div>
  );
}

function Done({ phase }: { readonly phase: Extract<HubPhase, { kind: 'done' }> }) {
  const { order, kept, train, test } = phase;
  const source = useSettings((state) => state.source);
  const locked = usePlayground(({ run }) => underWay(run));
  const { use } = useHub.getState();
  const chosen = source.kind === 'hub' && source.set === order.set;
  return (
    <div className="hub-outcome" role="status">
      <Check size={16} aria-hidden />
      <span>
        {count(train.images)} training and {count(test.images)} test images of {hubSet(order.set).label} are
        here
        {classesOf(train, hubSet(order.set).classes)}.{' '}
        {kept
          ? 'They are kept in this browser: runs read them from here.'
          : 'This browser keeps nothing, as in a private window: each run downloads them again.'}{' '}
        {chosen && 'The next run trains on them.'}
      </span>
      {!chosen && (
        <button type="button" className="button" disabled={locked} onClick={use}>
          Train on them
        </button>
      )}
    </div>
  );
}

/** Says if not all classes were read: the first rows of a table that is sorted by class hold only a few. */
function classesOf({ classes }: PartSummary, all: number): string {
  return classes < all ? `, of ${classes} of its ${all} classes` : '';
}

function Failed({ phase }: { readonly phase: Extract<HubPhase, { kind: 'failed' }> }) {
  const set = hubSet(phase.order.set);
  return (
    <div className="alert" role="alert">
      <TriangleAlert size={18} aria-hidden />
      <div>
        <strong>{set.label} could not be downloaded.</strong> {phase.message}{' '}
        {phase.fault !== 'quota' && (
          <a href={`${hubPage(set)}/tree/${set.revision}`} target="_blank" rel="noreferrer">
            Its files
          </a>
        )}
      </div>
    </div>
  );
}
