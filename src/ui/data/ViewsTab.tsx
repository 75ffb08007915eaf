import { useEffect } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { isAtHand } from '../../store/data/source.ts';
import { useViews } from '../../store/data/views.ts';
import { useSettings } from '../../store/settings.ts';
import { ImagePanel } from '../maps/ImagePanel.tsx';
import { Panel } from '../shell/Panel.tsx';
import { PairFigures } from './PairFigures.tsx';
import { ViewsControls } from './ViewsControls.tsx';
import { ViewsStatus } from './ViewsStatus.tsx';

/** A source is read once it has not changed for this long, because its limits are typed digit by digit. */
const REST_MS = 250;

/**
 * Shows the two views that augmentation makes of an image. The network learns to give both similar features.
 */
export default function ViewsTab() {
  const source = useSettings((state) => state.source);
  const config = useSettings(
    useShallow(({ config: { seed, minCrop, jitter, grayscale } }) => ({ seed, minCrop, jitter, grayscale })),
  );
  const phase = useViews((state) => state.phase);
  const index = useViews((state) => state.index);
  const draw = useViews((state) => state.draw);
  const { open, close, make } = useViews.getState();

  useEffect(() => {
    // A source that must be downloaded is read only when the user asks for it.
    if (!isAtHand(source)) {
      close();
      return;
    }
    const timer = setTimeout(() => open(source), useViews.getState().phase.kind === 'closed' ? 0 : REST_MS);
    return () => clearTimeout(timer);
  }, [source, open, close]);

  useEffect(() => close, [close]);

  useEffect(() => {
    if (phase.kind === 'open') make(config);
  }, [phase, config, index, draw, make]);

  return (
    <>
      <Panel title="Views" topic="views" className="views">
        {phase.kind === 'open' ? (
          <>
            <ViewsControls images={phase.images} />
            <PairFigures />
          </>
        ) : (
          <ViewsStatus phase={phase} again={() => open(source)} />
        )}
      </Panel>
      <ImagePanel offer="classes" />
    </>
  );
}
