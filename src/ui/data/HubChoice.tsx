import { useState } from 'react';
import { hubSet } from '../../store/data/hub.ts';
import { guessOf } from '../../store/data/source.ts';
import { type DataSource, useSettings } from '../../store/settings.ts';
import { count } from '../shell/format.ts';
import { treatmentOf } from './credits.ts';

type FromHub = Extract<DataSource, { kind: 'hub' }>;

/** The downloaded data set that is chosen or was chosen last, so that the user can return to it. */
export function HubChoice() {
  const source = useSettings((state) => state.source);
  const chooseSource = useSettings((state) => state.chooseSource);
  const [last, setLast] = useState<FromHub | null>(null);
  const current = source.kind === 'hub' ? source : last;
  if (current !== last) setLast(current);
  if (current === null) return null;
  const { train, test, side } = guessOf(current);
  return (
    <>
      <label className="choice">
        <input
          type="radio"
          name="source"
          checked={source.kind === 'hub'}
          onChange={() => chooseSource(current)}
        />
        <span>{hubSet(current.set).label}, from Hugging Face</span>
        <span className="about">
          {count(train)} training and {count(test)} test images, {side} × {side} px;{' '}
          {current.kept
            ? 'read from this browser.'
            : 'downloaded by each run, for this browser keeps nothing.'}
        </span>
      </label>
      {source.kind === 'hub' && <p className="muted small">{treatmentOf(source)}</p>}
    </>
  );
}
