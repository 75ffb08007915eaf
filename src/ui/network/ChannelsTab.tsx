import { hasGates } from '../../store/settings.ts';
import { ImagePanel } from '../maps/ImagePanel.tsx';
import { useSampled } from '../shell/useSampled.ts';
import { ByClassPanel } from './ByClassPanel.tsx';
import { DistributionPanel } from './DistributionPanel.tsx';
import { ImageGatesPanel } from './ImageGatesPanel.tsx';
import { OverTimePanel } from './OverTimePanel.tsx';

/** Shows which channels the gated branch computes: per block, over time, per class and for one image. */
export default function ChannelsTab() {
  const ready = useSampled((run) => run?.record.ready ?? null, 4);
  const lacking = useSampled(
    (run) => run !== null && run.origin.kind !== 'here' && run.record.mapGates === null,
    4,
  );
  const gateless =
    ready && !hasGates(ready.config) ? 'This method has no gates: every channel is computed.' : null;
  const single = gateless ?? (lacking ? 'This run file does not hold the gates of single images.' : null);
  return (
    <div className="channels">
      <DistributionPanel absence={gateless} />
      <OverTimePanel absence={gateless} />
      <ByClassPanel absence={single} />
      <ImageGatesPanel absence={single} />
      <ImagePanel offer="macs" numbered={single === null} />
    </div>
  );
}
