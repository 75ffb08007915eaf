import { useEffect, useId, useState } from 'react';
import type { NumberField } from '../../fields.ts';

interface NumberInputProps {
  readonly field: NumberField;
  readonly value: number;
  /** True if the value differs from the preset. */
  readonly changed: boolean;
  readonly onChange: (value: number) => void;
  readonly onFocus: () => void;
}

/** One number of the configuration. The text stays as typed, and only numbers within the range are used. */
export function NumberInput({ field, value, changed, onChange, onFocus }: NumberInputProps) {
  const { label, unit, min, max, step, help } = field;
  const [typed, setTyped] = useState(String(value));
  const id = useId();
  const fault = faultOf(typed, field);

  // A preset, the dice or a reset changes the value from outside.
  useEffect(() => setTyped((text) => (Number(text) === value ? text : String(value))), [value]);

  return (
    <div className={changed ? 'field changed' : 'field'} title={help}>
      <label className="label" htmlFor={id}>
        {label}
        {unit && unit !== label.toLowerCase() && <span className="unit">{unit}</span>}
      </label>
      <input
        id={id}
        className="input"
        type="number"
        inputMode="decimal"
        min={min}
        max={max}
        step={step}
        value={typed}
        aria-invalid={fault !== null}
        aria-describedby={fault ? `${id}-fault` : undefined}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value);
          if (faultOf(currentTarget.value, field) === null) onChange(Number(currentTarget.value));
        }}
        onFocus={onFocus}
        onBlur={() => setTyped(String(value))}
      />
      {fault && (
        <span className="fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
    </div>
  );
}

function faultOf(typed: string, { min, max, step }: NumberField): string | null {
  const value = Number(typed);
  if (typed.trim() === '' || !Number.isFinite(value) || value < min || value > max) return `${min} to ${max}`;
  return step === 1 && !Number.isInteger(value) ? 'a whole number' : null;
}
