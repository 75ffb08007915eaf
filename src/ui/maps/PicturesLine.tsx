import { useMapPictures } from '../../store/run/images/mapPictures.ts';
import type { Ready } from '../../store/run/run.ts';
import { percent } from '../shell/format.ts';

/** Says that an opened run came without pictures, and reads them again from its images on demand. */
export function PicturesLine({ ready }: { readonly ready: Ready }) {
  const phase = useMapPictures((state) => state.phase);
  const { load } = useMapPictures.getState();
  if (ready.mapImages.count === 0 || ready.mapImages.pixels.length > 0) return null;
  const reading = phase.kind === 'reading';
  return (
    <p className="pictures-line">
      <span>Run files hold no pictures.</span>
      <button type="button" className="button tiny" disabled={reading} onClick={load}>
        {reading
          ? `Loading${phase.total > 0 ? ` ${percent(phase.done / phase.total, 0)}` : ''}`
          : 'Load its pictures'}
      </button>
      {phase.kind === 'failed' && (
        <span className="fault" role="alert">
          {phase.message}
        </span>
      )}
    </p>
  );
}
