import { useRef } from 'react';
import { MASK_TEXTS, type MasksOutcome } from '../../store/studies/findings.ts';
import { percent } from '../shell/format.ts';
import { useSize } from '../shell/useSize.ts';

const ROW = 34;
const BAR = 11;
const LABEL = 170;
const VALUE = 58;
const MEASURES = [
  ['knn20', '20-NN'],
  ['ridge', 'ridge probe'],
] as const;

/** Accuracy under each mask as two bars with their standard errors; a line marks the real gates. */
export function MaskBars({ outcome: { masks, gated } }: { readonly outcome: MasksOutcome }) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const label = Math.min(LABEL, 0.36 * width);
  const most = Math.max(...masks.flatMap(({ scores }) => scores.map((s) => s.accuracy + s.standardError)));
  const scale = Math.max(0, width - label - VALUE) / (most || 1);
  const real = masks.find(({ mask }) => mask === 'real');
  return (
    <div ref={frame}>
      <div className="keys-row">
        {MEASURES.map(([measure, name]) => (
          <span key={measure}>
            <i className={`key bar mask-${measure}`} /> {name}
          </span>
        ))}
      </div>
      <svg
        className="drawing"
        role="img"
        aria-label="Accuracy under each mask; the table lists the numbers"
        width={width}
        height={masks.length * ROW}
      >
        {masks.map(({ mask, scores }, row) => (
          <g key={mask} transform={`translate(0 ${row * ROW})`}>
            <text x={label - 8} y={ROW / 2} className="axis" textAnchor="end" dominantBaseline="central">
              {mask === 'real' && !gated ? 'Dense network' : MASK_TEXTS[mask].label}
            </text>
            {scores.map(({ measure, accuracy, standardError }, i) => {
              const y = 4 + i * (BAR + 3);
              const middle = y + BAR / 2;
              return (
                <g key={measure}>
                  <rect
                    className={`mask-${measure}${mask === 'real' ? '' : ' faint'}`}
                    x={label}
                    y={y}
                    width={scale * accuracy}
                    height={BAR}
                  />
                  <line
                    className="whisker"
                    x1={label + scale * Math.max(0, accuracy - standardError)}
                    x2={label + scale * (accuracy + standardError)}
                    y1={middle}
                    y2={middle}
                  />
                  <text
                    x={label + scale * (accuracy + standardError) + 6}
                    y={middle}
                    className="axis"
                    dominantBaseline="central"
                  >
                    {percent(accuracy)}
                  </text>
                </g>
              );
            })}
          </g>
        ))}
        {real?.scores.map(({ measure, accuracy }) => (
          <line
            key={measure}
            className={`mark mask-${measure}`}
            x1={label + scale * accuracy}
            x2={label + scale * accuracy}
            y1={0}
            y2={masks.length * ROW}
          />
        ))}
      </svg>
    </div>
  );
}
