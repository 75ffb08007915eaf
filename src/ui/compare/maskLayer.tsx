import type { RunConfig } from '../../config.ts';
import type { Measure } from '../../store/runs/runsTable.ts';
import type { MasksOutcome } from '../../store/studies/findings.ts';
import { maskLine } from './maskLine.ts';
import type { Along, ParetoLayer } from './paretoPoints.ts';
import { systemColor } from './SystemMark.tsx';

/** What the Mask lab found about a run: its distance to masks of equal MACs. Null without such masks. */
export function maskLayer(
  config: RunConfig,
  outcome: MasksOutcome,
  measure: Measure,
  along: Along,
): ParetoLayer | null {
  const line = maskLine(config, outcome, measure, along);
  if (line.length === 0) return null;
  const color = systemColor(config.system);
  return {
    points: line.map((point) => ({ ...point, mark: <Dash color={color} /> })),
    behind: (x, y) => (
      <polyline
        key="masks"
        points={line.map((point) => `${x.at(point.x)},${y.at(point.y)}`).join(' ')}
        fill="none"
        stroke={color}
        strokeWidth={1.4}
      />
    ),
    legend: (
      <span key="masks" className="muted">
        <svg className="system-key" viewBox="-8 -8 16 16" width={14} height={14} aria-hidden>
          <path d="M0-8V8" stroke="currentColor" />
          <Dash color="currentColor" />
        </svg>{' '}
        Mask lab: the run on the page with its gates, and with masks of equal MACs
      </span>
    ),
  };
}

/** A network under a mask. */
function Dash({ color }: { readonly color: string }) {
  return <path d="M-6 0H6" stroke={color} strokeWidth={2.4} />;
}
