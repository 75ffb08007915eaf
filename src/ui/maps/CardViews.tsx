import { RefreshCw } from 'lucide-react';
import { useEffect } from 'react';
import { viewBranches } from '../../store/run/branches.ts';
import { useImageViews } from '../../store/run/images/imageViews.ts';
import type { Ready } from '../../store/run/run.ts';
import { Picture } from '../data/Picture.tsx';

/** Two views of a map image as training draws them, by the settings and the seed of the run. */
export function CardViews({ ready, image }: { readonly ready: Ready; readonly image: number }) {
  const draw = useImageViews((state) => state.draw);
  const drawn = useImageViews((state) => (state.of === ready ? state.drawn.get(image) : undefined));
  const { make, drawAgain } = useImageViews.getState();
  const { size } = ready.data;
  const isThere = ready.mapImages.pixels.length > 0;

  useEffect(() => {
    if (isThere) make(ready, image);
  }, [ready, image, draw, isThere, make]);

  if (!isThere)
    return <p className="muted image-views">Its two views are drawn from its picture, which is not here.</p>;
  const views = drawn && 'views' in drawn ? drawn.views : null;
  const branches = viewBranches(ready.config);
  return (
    <div className="image-views">
      <p className="muted">Two views as training draws them</p>
      {drawn && 'fault' in drawn && <p className="fault">{drawn.fault}</p>}
      {([0, 1] as const).map((view) => (
        <figure key={view}>
          {views ? (
            <Picture
              pixels={views[view].pixels}
              size={size}
              label={`View ${view + 1} of image ${image}, for the ${branches[view]} branch`}
            />
          ) : (
            <div className="pixels" />
          )}
          <figcaption>
            {view + 1} → {branches[view]}
          </figcaption>
        </figure>
      ))}
      <div className="drawn-by muted">
        <span>
          {size} × {size} px
        </span>
        <span>
          draw {(drawn?.draw ?? draw) + 1}, seed {ready.config.seed}
        </span>
        <button
          type="button"
          className="button tiny"
          aria-label={`Draw again the views of image ${image}`}
          onClick={drawAgain}
        >
          <RefreshCw size={12} aria-hidden /> Draw again
        </button>
      </div>
    </div>
  );
}
