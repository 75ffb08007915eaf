import { Play } from 'lucide-react';
import { usePlayground } from '../../store/playground.ts';
import { RECORDED_SYSTEMS, useRecorded } from '../../store/recorded/recorded.ts';
import { byProject } from '../../store/run/run.ts';
import { methodName } from '../../store/settings.ts';

/** Chooses the recorded run that is shown. */
export function RecordedChoice() {
  const shown = usePlayground(({ run }) => byProject(run)?.system ?? null);
  const greeting = useRecorded((state) => state.greeting);
  const fetching = useRecorded((state) => state.fetching);
  const { open } = useRecorded.getState();
  const [first] = RECORDED_SYSTEMS;
  if (greeting && shown === null) return null;
  if (shown === null && first !== undefined) {
    return (
      <button
        type="button"
        className="button tiny"
        disabled={fetching !== null}
        onClick={() => void open(first)}
      >
        <Play size={12} aria-hidden /> {fetching === null ? 'Play a recorded run' : 'Fetching…'}
      </button>
    );
  }
  return (
    <label className="recorded-choice">
      <span className="muted">Recorded run</span>
      <select
        className="input"
        value={fetching ?? shown ?? ''}
        onChange={({ currentTarget }) => {
          const system = RECORDED_SYSTEMS.find((one) => one === currentTarget.value);
          if (system) void open(system);
        }}
      >
        {RECORDED_SYSTEMS.map((system) => (
          <option key={system} value={system}>
            {methodName(system)}
          </option>
        ))}
      </select>
    </label>
  );
}
