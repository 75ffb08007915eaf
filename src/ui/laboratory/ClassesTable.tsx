import { useId, useState } from 'react';
import type { MeasuresOutcome } from '../../store/studies/findings.ts';
import { shortName } from '../charts/branchCurves.ts';
import { count, percent } from '../shell/format.ts';
import { HeadRow } from '../shell/HeadRow.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';

/** The accuracies of one measure class by class. */
export function ClassesTable({ measures }: Pick<MeasuresOutcome, 'measures'>) {
  const [chosen, setChosen] = useState<string | null>(null);
  const id = useId();
  const measure = measures.find((each) => each.id === chosen) ?? measures[0];
  const first = measure?.scores[0];
  if (measure === undefined || first === undefined) return null;
  const { label, scores } = measure;
  return (
    <details>
      <summary>Class by class</summary>
      <div className="row">
        <label htmlFor={id}>Measure</label>
        <select
          id={id}
          className="input"
          value={measure.id}
          onChange={({ target }) => setChosen(target.value)}
        >
          {measures.map((each) => (
            <option key={each.id} value={each.id}>
              {each.label}
            </option>
          ))}
        </select>
      </div>
      <ScrollRegion className="table-view" label="Accuracies by class and branch">
        <table>
          <caption>{label}: accuracy on the test images of each class ± one standard error</caption>
          <HeadRow columns={['class', 'test images', ...scores.map(({ branch }) => shortName(branch))]} />
          <tbody>
            {first.classes.map(({ name, images }, c) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{count(images)}</td>
                {scores.map(({ branch, classes }) => (
                  <td key={branch}>
                    {percent(classes[c]!.accuracy)} ± {(100 * classes[c]!.standardError).toFixed(1)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  );
}
