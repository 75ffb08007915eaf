import { useId, useState } from 'react';
import { branchName } from '../../store/run/branches.ts';
import { type ShelvedRun, useRuns } from '../../store/runs/runs.ts';
import { comparedPair, type PairedComparison, type RunBranch } from '../../store/runs/runsPair.ts';
import { measuredRuns } from '../../store/runs/runsTable.ts';
import { runName } from '../../store/runs/runsText.ts';
import { count, figure, percent } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';

interface Choice extends RunBranch {
  readonly key: string;
  readonly name: string;
}

/** Compares two branches, of one run or of two, on the same test images. */
export function PairPanel() {
  const own = useRuns((state) => state.own);
  const recorded = useRuns((state) => state.recorded);
  const choices = measuredRuns([...own, ...recorded]).flatMap(choicesOf);
  const [first, setFirst] = useState<string | null>(null);
  const [second, setSecond] = useState<string | null>(null);
  const one = choices.find(({ key }) => key === first) ?? choices[0];
  const other = choices.find(({ key }) => key === second) ?? choices[1];

  return (
    <Panel title="Paired comparison" topic="pair" aside="20-NN on the same test images">
      {one && other ? (
        <>
          <Chooser label="First" choices={choices} chosen={one} onChoose={setFirst} />
          <Chooser label="Second" choices={choices} chosen={other} onChoose={setSecond} />
          <Outcome outcome={comparedPair(one, other)} />
        </>
      ) : (
        <Empty>Two branches are needed: of one run, or of two on the same test images.</Empty>
      )}
    </Panel>
  );
}

function choicesOf(run: ShelvedRun): Choice[] {
  return run.branches.map(({ branch }) => ({
    ...{ run, branch, key: `${run.origin} ${run.id} ${branch}` },
    name: `${runName(run)}: ${branchName(branch).toLowerCase()}${run.origin === 'recorded' ? ' (recorded)' : ''}`,
  }));
}

interface ChooserProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: Choice;
  readonly onChoose: (key: string) => void;
}

function Chooser({ label, choices, chosen, onChoose }: ChooserProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="input" value={chosen.key} onChange={({ target }) => onChoose(target.value)}>
        {choices.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Outcome({ outcome }: { readonly outcome: PairedComparison | string }) {
  if (typeof outcome === 'string') return <p className="small muted">{outcome}</p>;
  const { count: images, onlyFirst, onlySecond, difference, standardError, p, test } = outcome;
  return (
    <dl className="readings" aria-label="Outcome">
      <dt>Difference, first less second</dt>
      <dd>
        {(100 * difference).toFixed(1)} ± {(100 * standardError).toFixed(1)}
      </dd>
      <dd className="muted">points, standard error</dd>
      <dt>Only the first right</dt>
      <dd>{count(onlyFirst)}</dd>
      <dd className="muted">of {count(images)} test images</dd>
      <dt>Only the second right</dt>
      <dd>{count(onlySecond)}</dd>
      <dd className="muted">{percent((onlyFirst + onlySecond) / images)} differ</dd>
      <dt>p, two-sided</dt>
      <dd>{p < 0.0001 ? '< 0.0001' : figure(p)}</dd>
      <dd className="muted">{test}</dd>
    </dl>
  );
}
