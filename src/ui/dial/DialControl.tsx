import { type CSSProperties, type KeyboardEvent, useMemo } from 'react';

import { asTrained, cautionOf, nearestStop, type Stop, stopsOf } from '../../store/run/dial/dialStops.ts';
import type { Dial, DialPoint } from '../../store/run/dial/onDial.ts';
import type { RunState } from '../../store/run/run.ts';
import { useShown } from '../../store/run/shown.ts';
import { turnDial } from '../../store/studies/dial.ts';
import { percent, points, signed } from '../shell/format.ts';

interface DialControlProps {
  readonly run: RunState;
  readonly dial: Dial;
}

/** The slider that rests at the calibrated points and at the trained budget, and what is measured there. */
export function DialControl({ run, dial }: DialControlProps) {
  const turned = useShown((shown) => shown.turned?.point ?? null);
  const stops = useMemo(() => stopsOf(run, dial), [run, dial]);
  const at = Math.max(
    0,
    stops.findIndex(({ point }) => point === turned),
  );
  const now = stops[at]!;
  const [least, most] = [stops[0]!.place, stops.at(-1)!.place];
  const placeOf = (place: number): CSSProperties => ({
    left: `${(100 * (place - least)) / (most - least)}%`,
  });
  const caution = now.point && cautionOf(now.point);

  function move(event: KeyboardEvent): void {
    const to = stopAfter(event.key, at, stops.length);
    if (to === null) return;
    event.preventDefault();
    turnDial(stops[to]!.point);
  }

  return (
    <>
      <div className="budget-row">
        <div className="budget-value">
          <output htmlFor="dial">{now.place.toFixed(2)}</output>
          <label htmlFor="dial">
            {now.point ? 'asked' : 'as trained'} <span className="muted">of the dense network’s MACs</span>
          </label>
        </div>
        <div className="budget-scale">
          <input
            id="dial"
            className="budget-slider"
            type="range"
            min={least}
            max={most}
            step={0.01}
            value={now.place}
            aria-valuetext={valueText(now)}
            onChange={({ currentTarget }) =>
              turnDial(stops[nearestStop(stops, Number(currentTarget.value))]!.point)
            }
            onKeyDown={move}
          />
          <div className="gauge" aria-hidden="true">
            {stops.map(({ place, point }) =>
              point ? (
                <span key={place} className="tick" style={placeOf(place)}>
                  {percent(place, 0)}
                </span>
              ) : (
                <span key="trained" className="needle trained" style={placeOf(place)} />
              ),
            )}
            {now.point && (
              <span
                className="needle evaluated"
                style={placeOf(Math.min(most, Math.max(least, now.point.macRatio)))}
              />
            )}
          </div>
        </div>
        <Readings run={run} dial={dial} point={now.point} />
      </div>
      <div className="row dial-row">
        <button
          type="button"
          className="button tiny"
          disabled={now.point === null}
          onClick={() => turnDial(null)}
        >
          As trained
        </button>
        <span className="muted small">
          {now.point
            ? settingText(now.point)
            : 'Drag, or use the arrow keys: all figures follow. Escape leads back.'}
        </span>
      </div>
      {caution && <p className="small">Caution: {caution}</p>}
    </>
  );
}

/** What the point and the trained run spend and reach. */
function Readings({ run, dial, point }: DialControlProps & { readonly point: DialPoint | null }) {
  const trained = asTrained(run, dial);
  const here = point ?? trained;
  const difference = (now: number | null, then: number | null) =>
    now === null || then === null || point === null ? '' : signed(100 * (now - then), 1);
  return (
    <dl className="readings dial-readings">
      <dt className="head">Measured</dt>
      <dd className="muted">here</dd>
      <dd className="muted">trained</dd>
      <dd className="muted">points</dd>
      <dt>MACs of dense</dt>
      <dd>{percent(here.macRatio)}</dd>
      <dd className="muted">{percent(trained.macRatio)}</dd>
      <dd className="muted">{difference(here.macRatio, trained.macRatio)}</dd>
      <dt title={points(here.standardError)}>20-NN</dt>
      <dd>
        {percent(here.knn20)} <small className="muted">{points(here.standardError)}</small>
      </dd>
      <dd className="muted">{percent(trained.knn20)}</dd>
      <dd className="muted">{difference(here.knn20, trained.knn20)}</dd>
    </dl>
  );
}

/** Where a key leads among the stops; null for other keys. It stops at the ends. */
function stopAfter(key: string, from: number, count: number): number | null {
  if (key === 'ArrowRight' || key === 'ArrowUp' || key === 'PageUp') return Math.min(count - 1, from + 1);
  if (key === 'ArrowLeft' || key === 'ArrowDown' || key === 'PageDown') return Math.max(0, from - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

function valueText({ place, point }: Stop): string {
  if (point === null) return `as trained, at ${percent(place, 0)} of the dense MACs`;
  return `${percent(place, 0)} of the dense MACs asked, ${percent(point.macRatio)} spent, 20-NN ${percent(point.knn20)}`;
}

/** What the point changes in the network, and how much of its gates the next larger budget shares. */
function settingText({ setting, nestedness }: DialPoint): string {
  if (setting.kind === 'width') return `Width ${setting.width.toFixed(2)} of every layer’s channels.`;
  const shared =
    nestedness === null
      ? ''
      : ` Of the gates that are open here, the next larger budget opens ${percent(nestedness)} too.`;
  return `δ = ${signed(setting.shift, 2)} on the logits of all gates.${shared}`;
}
