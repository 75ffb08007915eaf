import { factsOfNewest } from '../../store/studies/findings.ts';
import { useLaboratory } from '../../store/studies/laboratory.ts';
import { ImagePanel } from '../maps/ImagePanel.tsx';
import { AccuraciesPanel } from './AccuraciesPanel.tsx';
import { EvaluatePanel } from './EvaluatePanel.tsx';
import { MatryoshkaPanel } from './MatryoshkaPanel.tsx';
import { SpreadPanel } from './SpreadPanel.tsx';

/** Measures the run's weights in the same way as the papers measure theirs. */
export default function EvaluateTab() {
  const outcome = useLaboratory((state) => factsOfNewest(state, 'measures'));
  return (
    <div className="laboratory">
      <EvaluatePanel />
      <AccuraciesPanel outcome={outcome} />
      <MatryoshkaPanel curves={outcome?.matryoshka ?? []} labelled={outcome?.data.classes !== 0} />
      <SpreadPanel spreads={outcome?.spreads ?? []} />
      <ImagePanel offer="mistakes" />
    </div>
  );
}
