import { useEffect, useId, useState } from 'react';
import type { NumberField } from '../../fields.ts';
import { stepped, typedFault, typedNumber } from './typedNumber.ts';

interface NumberInputProps {
  readonly field: NumberField;
  readonly value: number;
  /** True if the value differs from the preset. */
  readonly changed: boolean;
  readonly onChange: (value: number) => void;
  readonly onFocus: () => void;
}

/**
 * One number of the configuration. The text stays as typed, and only numbers within the range are used. It is
 * a text field, because a number field gives no text for “0,02” where the browser's language writes “0.02”.
 */
export function NumberInput({ field, value, changed, onChange, onFocus }: NumberInputProps) {
  const { label, unit, min, max, step, help } = field;
  const [typed, setTyped] = useState(String(value));
  const id = useId();
  const fault = typedFault(typed, field);

  // A preset, the dice or a reset changes the value from outside.
  useEffect(
    () => setTyped((text) => (typedNumber(text, field) === value ? text : String(value))),
    [value, field],
  );

  return (
    <div className={changed ? 'field changed' : 'field'} title={help}>
      <label className="label" htmlFor={id}>
        {label}
        {unit && unit !== label.toLowerCase() && <span className="unit">{unit}</span>}
      </label>
      <input
        id={id}
        className="input"
        type="text"
        role="spinbutton"
        inputMode={step === 1 ? 'numeric' : 'decimal'}
        autoComplete="off"
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuenow={value}
        value={typed}
        aria-invalid={fault !== null}
        aria-describedby={fault ? `${id}-fault` : undefined}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value);
          if (typedFault(currentTarget.value, field) === null)
            onChange(typedNumber(currentTarget.value, field));
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          const next = stepped(value, event.key === 'ArrowUp' ? 1 : -1, field);
          setTyped(String(next));
          onChange(next);
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
