import type { MemoryUse } from '../../metrics.ts';
import { usePlayground } from '../../store/playground.ts';
import { bytes, count } from '../shell/format.ts';

/**
 * What the engine of the run on the page holds in memory. It follows the run while it trains. Nothing is
 * drawn for a run of another machine, and before the first step.
 */
export function MemoryInUse() {
  const use = usePlayground(({ run }) => run?.memory ?? null);
  const training = usePlayground(({ run }) => run?.state === 'training');
  if (use === null) return null;
  return (
    <section className="memory" aria-label="Memory">
      <h3>Memory {training ? 'now' : 'at the last look'}</h3>
      <dl className="details">
        {memoryRows(use).map(({ label, value, how }) => (
          <Measured key={label} label={label} value={value} how={how} />
        ))}
      </dl>
    </section>
  );
}

interface MemoryRow {
  readonly label: string;
  readonly value: string;
  /** How the number came about, and what it leaves out. */
  readonly how: string;
}

/** The numbers of an engine in words. Those that it does not have are left out. */
export function memoryRows({ gpu, kernels, wasm, tensors, tensorBytes }: MemoryUse): MemoryRow[] {
  const rows: MemoryRow[] = [];
  if (gpu !== null)
    rows.push({
      label: 'On the GPU',
      value: bytes(gpu),
      how: 'counted: the sizes of all buffers that the engine has created; what the driver takes beside is not known',
    });
  if (kernels !== null)
    rows.push({
      label: 'In WASM',
      value: bytes(kernels),
      how: 'counted: the memory of the kernels, laid out before the first step; it never grows',
    });
  if (wasm !== null)
    rows.push({
      label: kernels === null ? 'In WASM' : 'In tfjs’s WASM',
      value: bytes(wasm),
      how:
        gpu === null && kernels === null
          ? 'measured: it has grown with the largest step or evaluation so far, and never shrinks'
          : 'measured: evaluations search for neighbours there; it never shrinks',
    });
  rows.push({
    label: 'Tensors',
    value: `${count(tensors)}, ${bytes(tensorBytes)}`,
    how: 'counted by tfjs between two steps; they would grow from look to look if something were not freed',
  });
  return rows;
}

function Measured({ label, value, how }: MemoryRow) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {value} <span className="muted">{how}</span>
      </dd>
    </>
  );
}
