import { MASK_TEXTS, type MaskResult } from '../../store/studies/findings.ts';
import { percent } from '../shell/format.ts';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';

/** The share of open channels in each block under each mask. */
export function DensityGrid({
  blocks,
  masks,
}: {
  readonly blocks: readonly string[];
  readonly masks: readonly MaskResult[];
}) {
  return (
    <ScrollRegion className="table-view density" label="Open channels per block">
      <table>
        <caption>Open channels, share of each block</caption>
        <thead>
          <tr>
            <th scope="col">mask</th>
            {blocks.map((block) => (
              <th key={block} scope="col">
                {block.replace(/^layer/, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {masks.map(({ mask, density }) => (
            <tr key={mask}>
              <th scope="row">{MASK_TEXTS[mask].label}</th>
              {density.map((share, l) => (
                <td key={blocks[l]} style={{ background: shade(share) }}>
                  {percent(share, 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/**
 * The colour of a cell. With a greater share it changes from the surface to the gated branch's soft colour.
 */
function shade(share: number): string {
  return `color-mix(in oklab, var(--gated-soft) ${(80 * share).toFixed(0)}%, transparent)`;
}
