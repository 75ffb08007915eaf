import type { EpochRow } from '../../metrics.ts';
import { count } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import { BlockBars } from './BlockBars.tsx';

/** “127 test images”; those of an evaluation without a sample were all. */
function testedOn({ sample }: EpochRow): string {
  return sample ? `${count(sample.test)} test images` : 'whole test set';
}

/** The paper's figure of the gates: how the channels of each block are used over the test images. */
export function DistributionPanel({ absence }: { readonly absence: string | null }) {
  const last = useSampled((run) => run?.record.epochs.at(-1) ?? null, 4);
  const usage = last?.channelUsage ?? [];
  return (
    <Panel
      title="Channel distribution"
      topic="distribution"
      picture="channel-distribution"
      aside={last && usage.length > 0 ? `${testedOn(last)}, epoch ${last.epoch + 1}` : ''}
      table={
        usage.length > 0
          ? () => ({
              caption:
                'Channels of each gated block over the test images of the evaluation (counts), and the mean share that is open.',
              columns: ['block', 'channels', 'always on', 'dependent', 'always off', 'open share'],
              length: usage.length,
              row: (i) => {
                const { block, channels, on, dependent, off, open } = usage[i]!;
                return [block, channels, on, dependent, off, open];
              },
            })
          : undefined
      }
    >
      {usage.length > 0 ? (
        <BlockBars usage={usage} />
      ) : (
        <Empty>{absence ?? 'How each block uses its channels appears with the first evaluation.'}</Empty>
      )}
    </Panel>
  );
}
