import { useShallow } from 'zustand/react/shallow';
import { type DrawnView, useViews } from '../../store/data/views.ts';
import { viewBranches } from '../../store/run/branches.ts';
import { useSettings } from '../../store/settings.ts';
import { Picture } from './Picture.tsx';
import { viewWords } from './viewWords.ts';

/** The image with both crops marked, and its two views with the random draws that made them. */
export function PairFigures() {
  const pair = useViews((state) => state.pair);
  const size = useViews(({ phase }) => (phase.kind === 'open' ? phase.images.size : 0));
  const branches = useSettings(useShallow(({ config }) => viewBranches(config)));
  if (pair === null || size === 0) return <p className="empty">Drawing</p>;
  const { order, label, original, views } = pair;

  return (
    <div className="views-figures">
      <figure>
        <figcaption>
          <strong>Image {order.index}</strong> {label ?? 'without a label'}
        </figcaption>
        <Picture pixels={original} size={size} label={`Image ${order.index}, ${label ?? 'without a label'}`}>
          <svg viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
            {views.map(({ parameters: { crop } }, view) => (
              <rect
                key={view}
                className={view === 0 ? 'first' : 'second'}
                x={crop.left}
                y={crop.top}
                width={crop.width}
                height={crop.height}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </svg>
        </Picture>
        <p className="muted small">The solid frame is the crop of view 1, the dashed one that of view 2.</p>
      </figure>
      {views.map((view, i) => (
        <View key={i} number={i + 1} branch={branches[i]!} view={view} size={size} />
      ))}
    </div>
  );
}

interface ViewProps {
  readonly number: number;
  readonly branch: string;
  readonly view: DrawnView;
  readonly size: number;
}

function View({ number, branch, view: { parameters, pixels }, size }: ViewProps) {
  return (
    <figure>
      <figcaption>
        <strong>View {number}</strong> → {branch}
      </figcaption>
      <Picture pixels={pixels} size={size} label={`View ${number}, for the ${branch} branch`} />
      <dl className="drawn small">
        {viewWords(parameters, size).map(({ what, words }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd className={words === null ? 'muted' : undefined}>{words ?? 'no'}</dd>
          </div>
        ))}
      </dl>
    </figure>
  );
}
