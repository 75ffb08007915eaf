import type { BlockUsage } from '../../metrics.ts';
import { percent } from '../shell/format.ts';
import { type Dot, dotsPerRow } from './stripDots.ts';

/** Whose gates the strip shows. */
export type Shown =
  | { readonly kind: 'average' }
  | { readonly kind: 'image'; readonly image: number }
  | { readonly kind: 'groups'; readonly rest: boolean };

interface GatesProps {
  readonly name: string;
  readonly usage: BlockUsage;
  readonly dots: readonly Dot[];
  readonly shown: Shown;
}

/** One block's channels as dots, and its open share. */
export function Gates({ name, usage, dots, shown }: GatesProps) {
  const { on, dependent, off, channels, open } = usage;
  const kinds = [
    ['on', on],
    ['dependent', dependent],
  ] as const;
  const words =
    shown.kind === 'image'
      ? `${on} of ${channels} channels open for image ${shown.image}`
      : `${percent(open)} of ${channels} channels open; ${on} always on, ${dependent} depend on the image, ${off} always off`;
  return (
    <div className="gates" role="img" data-block={name} aria-label={`${name}: ${words}`}>
      <div
        className="dots"
        style={{ gridTemplateColumns: `repeat(${dotsPerRow(dots.length)}, minmax(0, 7px))` }}
      >
        {dots.map(({ key, kind, color, telling }) => (
          <i
            className={telling ? `dot ${kind} telling` : `dot ${kind}`}
            key={key}
            style={color ? { background: color } : undefined}
          />
        ))}
      </div>
      <div className="stack">
        {kinds.map(([kind, part]) => (
          <span className={`part ${kind}`} key={kind} style={{ width: `${(100 * part) / channels}%` }} />
        ))}
      </div>
      <div className="figures">
        <strong>{percent(open, 0)}</strong>
        <br />
        {shown.kind === 'image' ? `${on} of ${channels}` : `${on} · ${dependent} · ${off}`}
      </div>
    </div>
  );
}

/**
 * What the colours of the dots mean. All keys keep their room, so that the maps do not move away under the
 * pointer or the lasso when the strip shows something else.
 */
export function DotKeys({ shown }: { readonly shown: Shown }) {
  return (
    <div className="dot-keys">
      {EVERY.map((one) => {
        const away = one.kind !== shown.kind;
        return (
          <div key={one.kind} className={away ? 'held' : undefined} aria-hidden={away}>
            <Keys shown={away ? one : shown} />
          </div>
        );
      })}
    </div>
  );
}

/** One of each kind; of the groups the one with the longer words. */
const EVERY: readonly Shown[] = [
  { kind: 'average' },
  { kind: 'image', image: 0 },
  { kind: 'groups', rest: true },
];

function Keys({ shown }: { readonly shown: Shown }) {
  return keysOf(shown).map(({ name, look, color }) => (
    <span key={name}>
      <i className={`key ${look}`} style={color ? { background: color } : undefined} /> {name}
    </span>
  ));
}

function keysOf(shown: Shown): { readonly name: string; readonly look: string; readonly color?: string }[] {
  switch (shown.kind) {
    case 'average':
      return [
        { name: 'always on', look: 'on' },
        { name: 'depends on the image', look: 'dependent' },
        { name: 'always off', look: 'off' },
      ];
    case 'image':
      return [
        { name: 'open for this image', look: 'on' },
        { name: 'closed', look: 'off' },
      ];
    case 'groups':
      return [
        { name: 'open more often in A', look: 'on' },
        { name: shown.rest ? 'in the rest' : 'in B', look: 'bar', color: 'var(--dense)' },
        { name: 'no difference', look: 'off' },
        { name: 'tells them apart best', look: 'off telling' },
      ];
    default:
      return shown satisfies never;
  }
}
