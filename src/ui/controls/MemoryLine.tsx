import { useEffect, useState } from 'react';
import { type MemoryNeed, memoryKey, memoryNeeds } from '../../store/data/memory.ts';
import { guessOf } from '../../store/data/source.ts';
import { useSettings } from '../../store/settings.ts';
import { bytes } from '../shell/format.ts';

/**
 * Settings are planned once they have not changed for this long, because a number is typed digit by digit.
 */
const REST_MS = 150;

const NAMES: Readonly<Record<MemoryNeed['engine'], string>> = {
  webgpu: 'WebGPU',
  wasm: 'WASM',
  cpu: 'plain JavaScript',
};

/** The memory that a run of these settings will take, before it starts. */
export function MemoryLine() {
  const key = useSettings(memoryKey);
  const uncounted = useSettings(({ source }) => guessOf(source).train === null);
  const [planned, setPlanned] = useState<Planned | null>(null);

  useEffect(() => {
    const stale = new AbortController();
    const timer = setTimeout(() => {
      memoryNeeds(useSettings.getState(), stale.signal).then(
        (needs) => setPlanned({ key, needs }),
        () => {
          if (!stale.signal.aborted) setPlanned({ key, needs: [] });
        },
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stale.abort();
    };
  }, [key]);

  // The memory of other settings is not shown, because it would be read as that of these settings.
  const current = planned?.key === key ? planned : null;
  return (
    <>
      <p className="muted small">Memory of the next run: {amountText(current, uncounted)}</p>
      {current?.needs?.map(
        (need) =>
          'refusal' in need && (
            <p className="fault" key={need.engine}>
              {NAMES[need.engine]}: {need.refusal}
            </p>
          ),
      )}
    </>
  );
}

interface Planned {
  /** Key of the settings that were planned. */
  readonly key: string;
  readonly needs: readonly MemoryNeed[] | null;
}

function amountText(current: Planned | null, uncounted: boolean): string {
  if (uncounted) return 'not known before the images are counted; a limit on them tells.';
  return current === null ? '…' : amounts(current.needs);
}

function amounts(needs: readonly MemoryNeed[] | null): string {
  if (needs === null) return '–';
  const known = needs.flatMap((need) =>
    'bytes' in need ? [`about ${bytes(need.bytes)} with ${NAMES[need.engine]}`] : [],
  );
  return known.length === 0 ? 'not known beforehand.' : `${known.join(', ')}.`;
}
