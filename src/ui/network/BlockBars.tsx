import { useRef } from 'react';
import type { BlockUsage } from '../../metrics.ts';
import { useSize } from '../shell/useSize.ts';

const HEIGHT = 210;
const FOOT = 22;
const HEAD = 8;
const GUTTER = 46;

const KINDS = [
  ['on', 'always on'],
  ['dependent', 'depends on the image'],
  ['off', 'always off'],
] as const;

/**
 * One stacked bar per gated block: the shares of its channels that are always on, depend on the image, are
 * always off.
 */
export function BlockBars({ usage }: { readonly usage: readonly BlockUsage[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const span = Math.max(0, width - GUTTER);
  const step = span / usage.length;
  const scale = HEIGHT - FOOT - HEAD;
  return (
    <div ref={frame}>
      <div className="keys-row">
        {KINDS.map(([kind, name]) => (
          <span key={kind}>
            <i className={`key bar share-${kind}`} /> {name}
          </span>
        ))}
      </div>
      <svg
        className="drawing"
        role="img"
        aria-label="Channel distribution per block; the table view lists the counts"
        width={width}
        height={HEIGHT}
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              x1={GUTTER}
              x2={width}
              y1={HEAD + (1 - share) * scale}
              y2={HEAD + (1 - share) * scale}
              className="grid"
            />
            <text
              x={GUTTER - 6}
              y={HEAD + (1 - share) * scale}
              className="axis"
              textAnchor="end"
              dominantBaseline="central"
            >
              {100 * share} %
            </text>
          </g>
        ))}
        {usage.map(({ block, channels, ...counts }, b) => {
          let below = 0;
          return (
            <g key={block}>
              {KINDS.map(([kind, name]) => {
                const share = counts[kind] / channels;
                below += share;
                return (
                  <rect
                    key={kind}
                    className={`share-${kind}`}
                    x={GUTTER + b * step + 0.18 * step}
                    y={HEAD + (1 - below) * scale}
                    width={0.64 * step}
                    height={share * scale}
                  >
                    <title>{`${block}: ${counts[kind]} of ${channels} channels ${name}`}</title>
                  </rect>
                );
              })}
              <text x={GUTTER + (b + 0.5) * step} y={HEIGHT - 6} className="axis" textAnchor="middle">
                {block.replace(/^layer/, '')}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
