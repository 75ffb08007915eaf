import { usePlayground } from '../../store/playground.ts';
import { useRecorded } from '../../store/recorded/recorded.ts';
import { byProject } from '../../store/run/run.ts';
import { settingsText } from './settingsText.ts';

/** Who recorded the run that is shown, when, on which machine, and with which settings. */
export function RecordedBadge() {
  const run = usePlayground((playground) => playground.run);
  const by = byProject(run);
  const greeting = useRecorded((state) => state.greeting);
  if (run === null || by === null)
    return <span>{greeting ? 'A recorded run is on its way.' : 'No run is on the page.'}</span>;
  return (
    <span className="recorder">
      <span className="badge project">recorded</span>
      <span>
        Recorded here by the project on {dayOf(by.on)}: {by.device}, engine{' '}
        {run.record.ready?.engine?.name ?? 'unknown'} · {settingsText(run)}
      </span>
    </span>
  );
}

/** 2026-11-29 → “29 November 2026”, whatever the time zone. */
function dayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}
