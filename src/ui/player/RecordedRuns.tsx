import { Play } from 'lucide-react';
import { usePlayground } from '../../store/playground.ts';
import { RECORDED_SYSTEMS, useRecorded } from '../../store/recorded/recorded.ts';
import { byProject } from '../../store/run/run.ts';
import { methodName } from '../../store/settings.ts';

/** The recorded runs, one of each system: each is shown in all panels. */
export function RecordedRuns() {
  const shown = usePlayground(({ run }) => byProject(run)?.system ?? null);
  const fetching = useRecorded((state) => state.fetching);
  const { open } = useRecorded.getState();
  return (
    <div className="recorded-runs">
      <span className="muted">Play a recorded run in all panels:</span>
      {RECORDED_SYSTEMS.map((system) => (
        <button
          key={system}
          type="button"
          className="button tiny"
          aria-pressed={shown === system}
          disabled={fetching !== null}
          onClick={() => void open(system)}
        >
          <Play size={12} aria-hidden />
          {fetching === system ? 'Fetching…' : methodName(system)}
        </button>
      ))}
    </div>
  );
}
