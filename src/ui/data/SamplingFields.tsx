import { useEffect, useId, useState } from 'react';
import { guessOf } from '../../store/data/source.ts';
import { type DataSource, useSettings } from '../../store/settings.ts';

type Files = Extract<DataSource, { kind: 'files' }>;

/** Sides that can be chosen, pixels. */
const SIDES = [32, 48, 64, 96, 128, 160, 224] as const;

/** Sets how many images are read from the files, and to which size they are scaled. */
export function SamplingFields({ source }: { readonly source: Files }) {
  const changeSampling = useSettings((state) => state.changeSampling);
  const id = useId();
  const { limits } = source;
  const own = guessOf({ ...source, side: null }).side;

  return (
    <div className="fields sampling">
      <div className="field side">
        <label className="label" htmlFor={id}>
          Side of the images <span className="unit">pixels</span>
        </label>
        <select
          id={id}
          className="input"
          value={source.side ?? ''}
          title="Pictures are cut to their middle square and resized. Side 96 and more take the 7×7 stem."
          onChange={({ currentTarget: { value } }) =>
            changeSampling({ side: value === '' ? null : Number(value) })
          }
        >
          <option value="">
            {own === null ? 'As they come, if equal squares to 96; else 64' : `As they come: ${own}`}
          </option>
          {SIDES.map((side) => (
            <option key={side} value={side}>
              {side} × {side}
            </option>
          ))}
        </select>
      </div>
      <LimitInput
        label="Most training images"
        value={limits.train}
        onChange={(train) => changeSampling({ limits: { ...limits, train } })}
      />
      <LimitInput
        label="Most test images"
        value={limits.test}
        onChange={(test) => changeSampling({ limits: { ...limits, test } })}
      />
    </div>
  );
}

interface LimitInputProps {
  readonly label: string;
  /** Null takes all images. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}

/**
 * A number of images, or nothing for all of them. The text stays as typed, and only sensible numbers are
 * used.
 */
function LimitInput({ label, value, onChange }: LimitInputProps) {
  const written = value === null ? '' : String(value);
  const [typed, setTyped] = useState(written);
  const id = useId();
  const wrong = !isLimit(typed);

  // Choosing other files changes the limits.
  useEffect(() => setTyped(written), [written]);

  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        type="number"
        inputMode="numeric"
        min={1}
        step={1}
        placeholder="all"
        value={typed}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-fault` : undefined}
        onChange={({ currentTarget }) => {
          const text = currentTarget.validity.badInput ? '?' : currentTarget.value;
          setTyped(currentTarget.value);
          if (isLimit(text)) onChange(text === '' ? null : Number(text));
        }}
        onBlur={() => setTyped(written)}
      />
      {wrong && (
        <span className="fault" id={`${id}-fault`}>
          1 or more, or empty for all
        </span>
      )}
    </div>
  );
}

function isLimit(text: string): boolean {
  return text === '' || (Number.isInteger(Number(text)) && Number(text) >= 1);
}
