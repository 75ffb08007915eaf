import { Gauge } from 'lucide-react';
import { useState } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { BenchmarkDialog } from '../benchmark/BenchmarkDialog.tsx';
import { figure } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import { LongRunsPanel } from './LongRunsPanel.tsx';
import { MemoryInUse } from './MemoryInUse.tsx';

/**
 * Shows which engine computes and why, whether it passed the self-test, and how fast this browser's GPU is.
 */
export default function DevicePanel() {
  const [measuring, setMeasuring] = useState(false);
  const ready = usePlayground(({ run }) => run?.record.ready ?? null);
  const elsewhere = usePlayground(({ run }) => run !== null && run.origin.kind !== 'here');
  const engine = ready?.engine ?? null;
  return (
    <>
      <Panel title="Device" topic="device" aside={elsewhere ? 'of the machine that trained the run' : ''}>
        {engine ? (
          <dl className="details">
            <dt>Engine</dt>
            <dd>
              <strong>{engine.name}</strong>
            </dd>
            <dt>Why</dt>
            <dd>{engine.reason}</dd>
            <dt>Self-test</dt>
            <dd>
              passed, worst relative error {figure(engine.selfTest.worstError)}, {figure(engine.selfTest.ms)}{' '}
              ms
            </dd>
            {Object.entries(engine.details).map(([label, value]) => (
              <Detail key={label} label={label} value={value} />
            ))}
          </dl>
        ) : (
          <Empty>
            {ready
              ? 'The run file does not name its engine.'
              : 'The engine is chosen and tested when a run starts; the choice and its reason are written here.'}
          </Empty>
        )}
        <MemoryInUse />
        {!crossOriginIsolated && (
          <p className="muted small">
            This page is not cross-origin isolated, as in most frames of other sites and on hosts without
            headers: no memory is shared between threads, so WASM trains on one thread; and timers are
            coarser.
          </p>
        )}
        <button
          type="button"
          className="button wide"
          aria-haspopup="dialog"
          onClick={() => setMeasuring(true)}
        >
          <Gauge size={14} aria-hidden /> Benchmark…
        </button>
        <BenchmarkDialog open={measuring} onClose={() => setMeasuring(false)} />
      </Panel>
      <LongRunsPanel />
    </>
  );
}

function Detail({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}
