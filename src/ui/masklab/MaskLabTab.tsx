import { usePlayground } from '../../store/playground.ts';
import { ImagePanel } from '../maps/ImagePanel.tsx';
import { MasksPanel } from './MasksPanel.tsx';
import { SlicePanel } from './SlicePanel.tsx';
import { SpeedPanel } from './SpeedPanel.tsx';
import { useSubject } from './useSubject.ts';

/** Experiments on trained weights: other masks at the gates' cost, cutting the network, and timing it. */
export default function MaskLabTab() {
  const { there, takable } = useSubject();
  return (
    <div className="mask-lab">
      {!there && <Absence takable={takable} />}
      <MasksPanel />
      <SpeedPanel />
      <SlicePanel />
      <ImagePanel offer="macs" />
    </div>
  );
}

function Absence({ takable }: { readonly takable: boolean }) {
  const takeWeights = usePlayground((state) => state.takeWeights);
  return (
    <div className="row absence">
      <p className="muted small">
        {takable
          ? 'The run is paused: the lab can work on the weights of this step.'
          : 'The lab works on trained weights: finish or pause a run, or open a run file that has weights.'}
      </p>
      {takable && (
        <button type="button" className="button" onClick={takeWeights}>
          Use the weights of now
        </button>
      )}
    </div>
  );
}
