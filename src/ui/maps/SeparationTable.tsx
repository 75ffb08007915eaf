import { MOST_TELLING } from '../../store/run/channels.ts';
import type { Ready } from '../../store/run/run.ts';
import { useSelection } from '../../store/run/selection.ts';
import { count, percent } from '../shell/format.ts';
import { HeadRow } from '../shell/HeadRow.tsx';
import { Empty } from '../shell/Panel.tsx';
import { ScrollRegion } from '../shell/ScrollRegion.tsx';
import { useSampled } from '../shell/useSampled.ts';
import { useContrast } from './useContrast.ts';

interface SeparationTableProps {
  readonly ready: Ready;
  /** True if the method has a gated branch. */
  readonly gated: boolean;
  readonly recorded: boolean;
}

/** The channels that best distinguish group A from group B, or from all other images. */
export function SeparationTable({ ready, gated, recorded }: SeparationTableProps) {
  const contrast = useContrast();
  const gates = useSampled((run) => run?.record.mapGates ?? null, 1);
  const empty = useSelection(({ groups }) => groups.a.size === 0);
  if (!gates || !contrast || empty) {
    return <Empty>{reasonOf(gated, recorded, gates !== null, empty)}</Empty>;
  }
  const { a, b, rest, channels } = contrast;
  const others = rest ? 'the rest' : 'B';
  const shown = channels.slice(0, MOST_TELLING).filter(({ z }) => z !== 0);
  return (
    <ScrollRegion className="table-view separation" label="Channels that tell the groups apart">
      <table>
        <caption>
          Group A ({count(a.length)} images) against {rest ? 'the other' : 'group B'} ({count(b.length)}): the{' '}
          {shown.length} of {count(channels.length)} channels that differ most, gates of epoch{' '}
          {gates.epoch + 1}. The groups were picked by eye on a map of these very features: read z (two
          proportions) as an order, not as a test.
        </caption>
        <HeadRow columns={['block', 'channel', 'open in A', `open in ${others}`, 'z']} />
        <tbody>
          {shown.map(({ block, channel, rateA, rateB, z }) => (
            <tr key={`${block} ${channel}`}>
              <td>{ready.network.blocks[block]!.name}</td>
              <td>{channel}</td>
              <td>{percent(rateA, 0)}</td>
              <td>{percent(rateB, 0)}</td>
              <td>{z.toFixed(1).replace('-', '−')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p>No gate differs between these groups.</p>}
    </ScrollRegion>
  );
}

function reasonOf(gated: boolean, recorded: boolean, known: boolean, empty: boolean): string {
  if (!gated) return 'This method has no gates: groups can be saved, but there are no channels to compare.';
  if (recorded && !known) return 'This run file does not hold the gates of single images.';
  if (!known) return 'The gates of these images come with the first evaluation.';
  if (empty)
    return 'Drag a loop round points on either map. Group A is compared with all other images, or with group B when there is one.';
  return 'All images are in group A: there is nothing to compare it with.';
}
