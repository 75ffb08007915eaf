import { useState } from 'react';
import { askForNotices, noticePermission } from '../../platform/notices.ts';
import { ScreenLock } from '../../platform/screenLock.ts';
import { useLongRuns } from '../../store/longRuns.ts';
import { Panel } from '../shell/Panel.tsx';

type Pace = ReturnType<typeof useLongRuns.getState>['pace'];

const PACES: readonly (readonly [Pace, string])[] = [
  ['full', 'Full speed'],
  ['gentle', 'Gentle: rest after each step as long as it took, so that the computer stays usable'],
];

/** What the page does for a run that takes long. */
export function LongRunsPanel() {
  const awake = useLongRuns((state) => state.awake);
  const pace = useLongRuns((state) => state.pace);
  const { choose } = useLongRuns.getState();
  return (
    <Panel title="Long runs" topic="longRuns">
      <fieldset>
        <legend className="visually-hidden">Speed of training</legend>
        {PACES.map(([id, label]) => (
          <label className="choice" key={id}>
            <input type="radio" name="pace" checked={pace === id} onChange={() => choose({ pace: id })} />{' '}
            {label}
          </label>
        ))}
      </fieldset>
      {ScreenLock.isPossible && (
        <label className="choice">
          <input
            type="checkbox"
            checked={awake}
            onChange={({ currentTarget }) => choose({ awake: currentTarget.checked })}
          />{' '}
          Keep the screen on while a run trains
        </label>
      )}
      <Notice />
    </Panel>
  );
}

function Notice() {
  const [permission, setPermission] = useState(noticePermission);
  const notice = useLongRuns((state) => state.notice);
  const { choose } = useLongRuns.getState();
  if (permission === 'impossible') return null;
  if (permission === 'denied')
    return (
      <p className="muted small">
        The browser shows no notices of this page: its settings for this site forbid them.
      </p>
    );
  if (permission === 'granted')
    return (
      <label className="choice">
        <input
          type="checkbox"
          checked={notice}
          onChange={({ currentTarget }) => choose({ notice: currentTarget.checked })}
        />{' '}
        Tell me by a notice when a run ends while I do not see the page
      </label>
    );
  const ask = async () => {
    const answer = await askForNotices();
    setPermission(answer);
    choose({ notice: answer === 'granted' });
  };
  return (
    <button type="button" className="button wide" onClick={() => void ask()}>
      Tell me by a notice when a run ends
    </button>
  );
}
