import { isLabelled } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { classColor } from './classColors.ts';

/** The classes and their colours. Pressing a class brings it into focus and greys the others. */
export function ClassToggles({ ready }: { readonly ready: Ready }) {
  const focus = useSelection((state) => state.classes);
  const toggle = useSelection((state) => state.toggleClass);
  if (!isLabelled(ready))
    return <p className="muted small">These images have no labels: all have one colour.</p>;
  return (
    <fieldset className="classes">
      <legend className="visually-hidden">Classes in focus</legend>
      {ready.data.classes.map((name, label) => (
        <button
          key={name}
          type="button"
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
