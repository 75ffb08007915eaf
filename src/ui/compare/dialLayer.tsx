import { Fragment } from 'react';
import type { RunSection } from '../../store/runs/runsTable.ts';
import { dialLines } from './dialLines.ts';
import type { Along, ParetoLayer } from './paretoPoints.ts';
import { systemColor } from './SystemMark.tsx';

/** The whole curve of each network that has a dial; null if none has one. */
export function dialLayer(sections: readonly RunSection[], along: Along): ParetoLayer | null {
  const lines = dialLines(sections, along);
  if (lines.length === 0) return null;
  const all = lines.flatMap(({ points }) => points);
  return {
    points: all.map((point) => ({
      ...point,
      mark: <Dot color={systemColor(point.system)} missed={point.note !== undefined} />,
    })),
    behind: (x, y) => (
      <g key="dial" strokeWidth={1.8} strokeOpacity={0.8}>
        {lines.flatMap(({ system, points }) =>
          points.slice(1).map((point, i) => {
            const before = points[i]!;
            const missed = point.note !== undefined || before.note !== undefined;
            return (
              <line
                key={point.key}
                x1={x.at(before.x)}
                y1={y.at(before.y)}
                x2={x.at(point.x)}
                y2={y.at(point.y)}
                stroke={systemColor(system)}
                strokeDasharray={missed ? MISSED : undefined}
              />
            );
          }),
        )}
      </g>
    ),
    legend: (
      <Fragment key="dial">
        <span className="muted">
          <Key missed={false} /> one network, turned by its dial (ours, not the paper’s)
        </span>
        {all.some(({ note }) => note !== undefined) && (
          <span className="muted">
            <Key missed={true} /> beyond what was tried, or not the MACs asked for
          </span>
        )}
      </Fragment>
    ),
  };
}

/** Dashes of a line to a point that spends other MACs than were asked for. */
const MISSED = '3 3';

/** A point of a dial. It is hollow where it spends other MACs than were asked for. */
function Dot({ color, missed }: { readonly color: string; readonly missed: boolean }) {
  return <circle r={3.4} fill={missed ? 'var(--surface)' : color} stroke={color} strokeWidth={1.4} />;
}

function Key({ missed }: { readonly missed: boolean }) {
  return (
    <svg className="system-key" viewBox="-12 -8 24 16" width={21} height={14} aria-hidden>
      <path d="M-12 0H12" stroke="currentColor" strokeDasharray={missed ? MISSED : undefined} />
      <Dot color="currentColor" missed={missed} />
    </svg>
  );
}
