import { RotateCw, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { isOwn } from '../../store/run/run.ts';
import { isResumable, useLibrary } from '../../store/runs/library.ts';
import { entryName } from '../../store/runs/libraryRows.ts';
import { resumeRun } from '../../store/runs/resume.ts';
import { useScene } from '../../store/scene.ts';
import { count } from '../shell/format.ts';

/** Offers to resume the newest run that a reload, a crash or a closed tab has interrupted. */
export function ResumeOffer() {
  const entry = useLibrary(({ entries, elsewhere }) =>
    entries.findLast((each) => each.state === 'under way' && isResumable(each) && !elsewhere.has(each.id)),
  );
  const taken = usePlayground(({ run }) => isOwn(run));
  // A frame in somebody's lesson is not where a run of one's own goes on.
  const framed = useScene((scene) => scene.embedded);
  const [refused, setRefused] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => useLibrary.getState().open(), []);
  const step = entry?.checkpoints[0]?.step;
  if (!entry || step === undefined || taken || refused || framed) return null;
  const name = entryName(entry);
  const resume = () => {
    setFault(null);
    resumeRun(entry.id).catch((error: unknown) => {
      setFault(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <div className="alert notice" role="status">
      <RotateCw size={18} aria-hidden />
      <div>
        <strong>{name} was broken off.</strong> It is kept as it stood at step {count(step)} of{' '}
        {count(entry.config.steps)}.{fault && <span className="fault"> {fault}</span>}
      </div>
      <button type="button" className="button" onClick={resume}>
        Resume {name} from step {count(step)}
      </button>
      <button
        type="button"
        className="button quiet tiny"
        aria-label="Not now: it stays in the list of runs"
        title="Not now: it stays in the list of runs"
        onClick={() => setRefused(true)}
      >
        <X size={15} aria-hidden />
      </button>
    </div>
  );
}
