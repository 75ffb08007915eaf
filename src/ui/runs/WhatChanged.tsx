import { useState } from 'react';
import type { RunConfig } from '../../config.ts';
import { usePlayground } from '../../store/playground.ts';
import { useOverlay } from '../../store/runs/overlay.ts';
import { type Change, type ComparedRun, whatChanged } from '../../store/runs/whatChanged.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { saveFile } from '../shell/download.ts';
import { clock, count, figure, macs, percent } from '../shell/format.ts';
import type { DialogState } from '../shell/later.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';
import { csv, type Table } from '../shell/table.ts';

/** A run that can be chosen, with a key that no other run has. */
interface Choice extends ComparedRun {
  readonly key: string;
  readonly name: string;
}

/** The run on the page and those that lie over its charts. The user can compare any two of them. */
function useChoices(): Choice[] {
  const run = usePlayground((playground) => playground.run);
  const overlaid = useOverlay((overlay) => overlay.runs);
  const own = run && run.record.steps.length > 0 ? [ownChoice(run)] : [];
  return [
    ...own,
    ...overlaid.map(({ id, name, config, record }) => ({ key: `over ${id}`, name, config, record })),
  ];
}

function ownChoice({ config, record }: { config: RunConfig; record: ComparedRun['record'] }): Choice {
  return { key: 'page', name: 'The run on the page', config, record };
}

/** What two runs have different, in settings, data and results. */
export default function WhatChanged({ open, onClose }: DialogState) {
  return (
    <Dialog title="What changed between two runs" open={open} onClose={onClose}>
      <Comparison />
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function Comparison() {
  const choices = useChoices();
  const [first, setFirst] = useState<string | null>(null);
  const [second, setSecond] = useState<string | null>(null);
  const one = choices.find(({ key }) => key === first) ?? choices[0];
  const other = choices.find(({ key }) => key === second) ?? choices.find(({ key }) => key !== one?.key);
  if (!one || !other) return <p>Two runs are needed: lay a second one over the charts first.</p>;
  const { settings, data, results } = whatChanged(one, other);
  const sections = [
    {
      title: 'Settings',
      changes: settings,
      none: 'The same settings, as far as they decide what is learned.',
    },
    { title: 'Data and engine', changes: data, none: 'The same data and engine, as far as the files tell.' },
    { title: 'Results', changes: results, none: 'Neither has a result yet.' },
  ];
  return (
    <>
      <div className="row">
        <Chooser label="First run" choices={choices} chosen={one} choose={setFirst} />
        <Chooser label="Second run" choices={choices} chosen={other} choose={setSecond} />
      </div>
      <ScrollRegion className="changes" label="Differences">
        <table>
          <caption className="visually-hidden">
            Differences between {one.name} and {other.name}.
          </caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">{one.name}</th>
              <th scope="col">{other.name}</th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          {sections.map(({ title, changes, none }) => (
            <tbody key={title}>
              <tr>
                <th scope="rowgroup" colSpan={4}>
                  {title}
                </th>
              </tr>
              {changes.length === 0 && (
                <tr>
                  <td colSpan={4} className="muted">
                    {none}
                  </td>
                </tr>
              )}
              {changes.map((change) => (
                <tr key={change.label}>
                  <th scope="row">
                    {change.label} <span className="muted">{unitOf(change)}</span>
                  </th>
                  <td>{written(change, change.before)}</td>
                  <td>{written(change, change.after)}</td>
                  <td>{difference(change)}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </ScrollRegion>
      <p className="muted small">
        Settings that only one of the systems knows are left out.{' '}
        <button
          type="button"
          className="button tiny"
          onClick={() => {
            const table = tableOf([...settings, ...data, ...results], one.name, other.name);
            saveFile('dualgate-what-changed.csv', new Blob([csv(table)], { type: 'text/csv' }));
          }}
        >
          Save CSV
        </button>
      </p>
    </>
  );
}

interface ChooserProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: Choice;
  readonly choose: (key: string) => void;
}

function Chooser({ label, choices, chosen, choose }: ChooserProps) {
  return (
    <label className="chooser">
      {label}
      <select className="input" value={chosen.key} onChange={({ target }) => choose(target.value)}>
        {choices.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The unit of a change. It is empty if the label already names it, as in “Steps”. */
function unitOf({ label, unit }: Change): string {
  return unit === label.toLowerCase() ? '' : unit;
}

function written({ kind }: Change, value: Change['before']): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  switch (kind) {
    case 'share':
      return percent(value);
    case 'macs':
      return macs(value);
    case 'seconds':
      return clock(value);
    case 'number':
      return Number.isInteger(value) ? count(value) : figure(value);
    case 'text':
      return String(value);
    default:
      return kind satisfies never;
  }
}

/** The second run's value minus the first run's. */
function difference({ kind, before, after, label }: Change): string {
  if (typeof before !== 'number' || typeof after !== 'number' || label === 'Seed') return '';
  const by = after - before;
  if (by === 0) return '±0';
  const sign = by > 0 ? '+' : '−';
  const size = Math.abs(by);
  switch (kind) {
    case 'share':
      return `${sign}${(100 * size).toFixed(1)} points`;
    case 'macs':
      return before === 0 ? '' : `${sign}${percent(size / before)}`;
    case 'seconds':
      return `${sign}${clock(size)}`;
    case 'number':
    case 'text':
      return `${sign}${Number.isInteger(size) ? count(size) : figure(size)}`;
    default:
      return kind satisfies never;
  }
}

function tableOf(changes: readonly Change[], one: string, other: string): Table {
  return {
    caption: 'What changed.',
    columns: ['what', 'unit', one, other],
    length: changes.length,
    row: (i) => {
      const { label, unit, before, after } = changes[i]!;
      return [label, unit, before, after];
    },
  };
}
