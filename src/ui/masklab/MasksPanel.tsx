import { MASK_TEXTS, type MasksOutcome, useFacts } from '../../store/studies/findings.ts';
import { useLaboratory } from '../../store/studies/laboratory.ts';
import { MASK_CHOICES, useMaskChoices } from '../../store/studies/laboratoryChoices.ts';
import { OrderLine } from '../laboratory/OrderLine.tsx';
import { count, figure, macs, percent, signed } from '../shell/format.ts';
import { HeadRow } from '../shell/HeadRow.tsx';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Cell, Table } from '../shell/table.ts';
import { DensityGrid } from './DensityGrid.tsx';
import { MaskBars } from './MaskBars.tsx';
import { useSubject } from './useSubject.ts';

/** Tries other masks of the same cost on the same weights, to show what data-dependent gates gain. */
export function MasksPanel() {
  const { there, gated, free } = useSubject();
  const { chosen, ratio, choose } = useMaskChoices();
  const masks = useFacts('masks');
  return (
    <Panel
      title="Masks at equal MACs"
      topic="masks"
      className="masks"
      picture={masks ? 'masks' : undefined}
      table={masks ? () => tableOf(masks) : undefined}
    >
      <fieldset className="mask-choice">
        <legend className="muted small">Beside the real gates</legend>
        {MASK_CHOICES.map((mask) => (
          <label key={mask} className="choice">
            <input
              type="checkbox"
              checked={chosen.includes(mask)}
              onChange={(event) => choose(mask, event.target.checked)}
            />
            <span>{MASK_TEXTS[mask].label}</span>
            <span className="about">
              {MASK_TEXTS[mask].asks} {MASK_TEXTS[mask].does}
            </span>
          </label>
        ))}
      </fieldset>
      {there && !gated && <RatioField />}
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={!there || !free || chosen.length === 0}
          onClick={() => void useLaboratory.getState().carryOut({ kind: 'masks', masks: chosen, ratio })}
        >
          Evaluate masks
        </button>
        <span className="muted small">
          Both sets are encoded anew under every mask: about as long as an evaluation each.
        </span>
      </div>
      <OrderLine kinds={['masks']} what="Masks" />
      {masks ? (
        <Results outcome={masks} />
      ) : (
        <Empty>
          The accuracy under every mask appears here, beside the real gates’, on the same weights and at the
          same channels per block.
        </Empty>
      )}
    </Panel>
  );
}

function RatioField() {
  const { ratio, setRatio } = useMaskChoices();
  return (
    <label className="row small">
      This network has no gates: prune it to
      <input
        type="range"
        min={0.1}
        max={0.9}
        step={0.05}
        value={ratio}
        onChange={(event) => setRatio(Number(event.target.value))}
      />
      {percent(ratio, 0)} of its MACs
    </label>
  );
}

function Results({ outcome }: { readonly outcome: MasksOutcome }) {
  const { data, masks, blocks, seconds } = outcome;
  const labelled = data.classes > 0;
  return (
    <>
      {labelled ? (
        <MaskBars outcome={outcome} />
      ) : (
        <p className="small">
          These images have no labels, so that no accuracy can be measured: what remains are MACs and open
          channels.
        </p>
      )}
      <section className="table-view" aria-label="Masks">
        <table>
          <HeadRow columns={HEAD} />
          <tbody>
            {rowsOf(outcome).map((row) => (
              <tr key={row.label}>
                <th scope="row">{row.label}</th>
                <td>{macs(row.macs)}</td>
                <td>{percent(row.ratio)}</td>
                <td>{row.knn20}</td>
                <td>{row.knn20Less}</td>
                <td>{row.ridge}</td>
                <td>{row.ridgeLess}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <DensityGrid blocks={blocks} masks={masks} />
      <p className="muted small">
        {count(data.test)} test images of {data.name}, bank of {count(data.train)}
        {labelled ? '; ± is one standard error, of differences from the same images in pairs (McNemar)' : ''}.
        MACs are theoretical. Took {figure(seconds)} s.
      </p>
    </>
  );
}

const HEAD = ['mask', 'MACs', 'of dense', '20-NN', 'real less this', 'ridge', 'real less this '] as const;

function rowsOf({ masks, gated }: MasksOutcome) {
  return masks.map(({ mask, macs: cost, ratio, scores }) => {
    const score = (measure: 'knn20' | 'ridge') => scores.find((candidate) => candidate.measure === measure);
    const accuracy = (measure: 'knn20' | 'ridge') => {
      const found = score(measure);
      if (!found) return '–';
      const { accuracy: value, standardError } = found;
      return `${percent(value)} ± ${(100 * standardError).toFixed(1)}`;
    };
    const less = (measure: 'knn20' | 'ridge') => {
      const comparison = score(measure)?.comparison ?? null;
      if (comparison === null) return '';
      const { difference, standardError, p } = comparison;
      return `${signed(100 * difference, 1)} ± ${(100 * standardError).toFixed(1)}, p ${chance(p)}`;
    };
    return {
      label: mask === 'real' && !gated ? 'Dense network' : MASK_TEXTS[mask].label,
      ...{ macs: cost, ratio },
      ...{ knn20: accuracy('knn20'), knn20Less: less('knn20') },
      ...{ ridge: accuracy('ridge'), ridgeLess: less('ridge') },
    };
  });
}

/** .0312 → “= .031”. */
function chance(p: number): string {
  if (p < 0.001) return '< .001';
  return p >= 0.9995 ? '= 1' : `= ${p.toFixed(3).slice(1)}`;
}

function tableOf({ masks, blocks }: MasksOutcome): Table {
  const rows = masks.map(({ mask, macs: cost, ratio, scores, density }): Cell[] => [
    MASK_TEXTS[mask].label,
    cost,
    ratio,
    ...(['knn20', 'ridge'] as const).flatMap((measure) => {
      const score = scores.find((candidate) => candidate.measure === measure);
      const comparison = score?.comparison ?? null;
      return [
        score?.accuracy ?? null,
        score?.standardError ?? null,
        comparison?.difference ?? null,
        comparison?.standardError ?? null,
        comparison?.p ?? null,
      ];
    }),
    ...density,
  ]);
  const columns = (measure: string) => [
    measure,
    `${measure} se`,
    `real less ${measure}`,
    `its se`,
    `p (${measure})`,
  ];
  return {
    caption: 'Masks on the same weights: accuracies, ratios and shares of open channels as fractions.',
    columns: [
      'mask',
      'MACs',
      'ratio',
      ...columns('20-NN'),
      ...columns('ridge').map((c) => `${c} `),
      ...blocks,
    ],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}
