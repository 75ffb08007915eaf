import { useState } from 'react';
import { forgetTiles } from '../../store/studies/tiles.ts';

/**
 * On a hardware GPU the kernels use the tiles that were measured there once. After a change, such as a new
 * driver, the user can measure them again.
 */
export function TilesNote() {
  const [forgotten, setForgotten] = useState(false);
  return (
    <div className="competition">
      <span role="status">
        {forgotten
          ? 'The next run on this GPU measures its kernels’ tile shapes before it starts.'
          : 'A run’s kernels are cut in tile shapes that were measured on this GPU before its first run.'}
      </span>
      <button
        type="button"
        className="button"
        disabled={forgotten}
        onClick={() => void forgetTiles().then(() => setForgotten(true))}
      >
        Measure tiles again
      </button>
    </div>
  );
}
