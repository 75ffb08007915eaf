import type { RowKind } from '../../store/runs/runsTable.ts';

interface Look {
  readonly color: string;
  /** Path of the mark around 0, 0; about ten units across. */
  readonly path: string;
}

/** A kind of network looks the same everywhere, so that nobody must recognise it by colour alone. */
const LOOKS: Readonly<Record<RowKind, Look>> = {
  'dual-gating': { color: 'var(--gated)', path: 'M0-6 6 0 0 6-6 0Z' },
  vicreg: { color: 'var(--dense)', path: 'M5 0A5 5 0 1 1-5 0 5 5 0 1 1 5 0Z' },
  'small-dense': { color: 'var(--run-1)', path: 'M-5-2H-2V-5H2V-2H5V2H2V5H-2V2H-5Z' },
  'vicreg-gating': { color: 'var(--target)', path: 'M0-5.6 5.6 4.4-5.6 4.4Z' },
  slimmable: { color: 'var(--term)', path: 'M-4.6-4.6H4.6V4.6H-4.6Z' },
};

export function systemColor(system: RowKind): string {
  return LOOKS[system].color;
}

interface SystemMarkProps {
  readonly system: RowKind;
  readonly hollow: boolean;
}

/** The mark of a system in a drawing. It is hollow if the system was not trained here. */
export function SystemMark({ system, hollow }: SystemMarkProps) {
  const { color, path } = LOOKS[system];
  return (
    <path
      d={path}
      fill={hollow ? 'var(--surface)' : color}
      stroke={color}
      strokeWidth={hollow ? 1.8 : 1}
      strokeLinejoin="round"
    />
  );
}

/** The mark of a system in a line of text. */
export function SystemKey({ system, hollow }: SystemMarkProps) {
  return (
    <svg className="system-key" viewBox="-8 -8 16 16" width={14} height={14} aria-hidden>
      <SystemMark system={system} hollow={hollow} />
    </svg>
  );
}
