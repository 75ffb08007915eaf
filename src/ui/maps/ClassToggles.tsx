import { type KeyboardEvent, useRef, useState } from 'react';
import { isLabelled } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { placeAfter } from '../shell/placeAfter.ts';
import { classColor } from './classColors.ts';

/**
 * The classes and their colours. Pressing a class brings it into focus and greys the others. All of them are
 * one stop of the Tab key, because there may be a hundred: arrow keys go from one to the next.
 */
export function ClassToggles({ ready }: { readonly ready: Ready }) {
  const focus = useSelection((state) => state.classes);
  const toggle = useSelection((state) => state.toggleClass);
  const buttons = useRef(new Map<number, HTMLButtonElement>());
  const [reached, setReached] = useState(0);
  const { classes } = ready.data;
  const stop = Math.min(reached, classes.length - 1);

  function move(event: KeyboardEvent): void {
    const place = placeAfter(event.key, stop, classes.length);
    if (place === null) return;
    event.preventDefault();
    buttons.current.get(place)?.focus();
  }

  if (!isLabelled(ready))
    return <p className="muted small">These images have no labels: all have one colour.</p>;
  return (
    <fieldset className="classes" onKeyDown={move}>
      <legend className="visually-hidden">Classes in focus</legend>
      {classes.map((name, label) => (
        <button
          key={name}
          ref={(button) => {
            if (button) buttons.current.set(label, button);
            else buttons.current.delete(label);
          }}
          type="button"
          tabIndex={label === stop ? 0 : -1}
          onFocus={() => setReached(label)}
          className="class-toggle"
          aria-pressed={focus.has(label)}
          title={label < 10 ? `Key ${(label + 1) % 10}` : undefined}
          onClick={() => toggle(label)}
        >
          <i className="key" style={{ background: classColor(label) }} />
          {name}
        </button>
      ))}
    </fieldset>
  );
}
