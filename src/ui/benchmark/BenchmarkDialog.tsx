import { Pause } from 'lucide-react';
import { useEffect } from 'react';
import { usePlayground } from '../../store/playground.ts';
import {
  type AdapterKind,
  BATCHES,
  type Benchmark,
  competitor,
  useBenchmark,
  WIDTHS,
} from '../../store/studies/benchmark.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { BenchmarkProgress } from './BenchmarkProgress.tsx';
import { BenchmarkResult } from './BenchmarkResult.tsx';
import { TilesNote } from './TilesNote.tsx';

const ADAPTERS: Readonly<Record<AdapterKind, string>> = {
  hardware: 'This browser offers a hardware GPU: it takes some seconds.',
  software:
    'This browser has no GPU to offer, only a software adapter: it takes a minute or more, for compiling kernels and for stock tfjs, and the page may halt meanwhile.',
  none: 'This browser knows WebGPU but offers no adapter. Switch hardware acceleration on in its settings, update the graphics driver, and load the page again; training works without.',
  unsupported:
    'There is no WebGPU in this browser. Open the page in a current Chrome, Edge or Safari; training works without.',
};

interface BenchmarkDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/**
 * Times the compiled engine beside stock tfjs and a plain matrix product. Closing it cancels what is under
 * way.
 */
export function BenchmarkDialog({ open, onClose }: BenchmarkDialogProps) {
  const running = useBenchmark(({ phase }) => phase.kind === 'running');
  const { prepare, cancel } = useBenchmark.getState();

  useEffect(() => {
    if (open) void prepare();
  }, [open, prepare]);

  return (
    <Dialog
      title="Benchmark"
      open={open}
      sticky={running}
      onClose={() => {
        cancel();
        onClose();
      }}
    >
      <p>
        Times training steps of dual gating on images of noise: DualGate’s engine, compiled to WebGPU; the
        same steps in stock tfjs; and, as a limit, the fastest plain matrix product that is found. All on this
        browser’s GPU, in turn.
      </p>
      <Choices />
      <Outcome />
      <Actions onClose={onClose} />
    </Dialog>
  );
}

function Choices() {
  const { width, batch, stock } = useBenchmark(({ request }) => request);
  const running = useBenchmark(({ phase }) => phase.kind === 'running');
  const choose = useBenchmark((state) => state.choose);
  return (
    <fieldset className="benchmark-choices" disabled={running}>
      <legend className="visually-hidden">What is timed</legend>
      <div className="fields">
        <Choice
          label="Width c0"
          unit="channels"
          values={WIDTHS}
          value={width}
          onChange={(value) => choose({ width: value })}
        />
        <Choice
          label="Batch"
          unit="images"
          values={BATCHES}
          value={batch}
          onChange={(value) => choose({ batch: value })}
        />
      </div>
      <label className="choice">
        <input
          type="checkbox"
          checked={stock}
          onChange={({ currentTarget }) => choose({ stock: currentTarget.checked })}
        />
        <span>Compare with stock tfjs</span>
      </label>
    </fieldset>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Choice({ label, unit, values, value, onChange }: ChoiceProps) {
  return (
    <label className="field">
      <span className="label">
        {label} <span className="unit">{unit}</span>
      </span>
      <select
        className="input"
        aria-label={label}
        value={value}
        onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
      >
        {values.map((size) => (
          <option key={size}>{size}</option>
        ))}
      </select>
    </label>
  );
}

/** Says what prevents the benchmark, how far it is, or what its result is. */
function Outcome() {
  const phase = useBenchmark((state) => state.phase);
  const adapter = useBenchmark((state) => state.adapter);
  if (phase.kind === 'running') return <BenchmarkProgress line={phase.line} since={phase.since} />;
  return (
    <>
      {phase.kind === 'done' && <BenchmarkResult report={phase.report} text={phase.text} />}
      {phase.kind === 'failed' && (
        <p className="fault" role="alert">
          {phase.message} {phase.advice}
        </p>
      )}
      {phase.kind !== 'done' && adapter !== null && (
        <p className={canRun(adapter) ? 'muted small' : 'fault'}>{ADAPTERS[adapter]}</p>
      )}
      <Competition />
      {adapter === 'hardware' && <TilesNote />}
    </>
  );
}

/** Warns of a run that computes, because it would slow down the measurement. */
function Competition() {
  const competing = usePlayground(({ run }) => competitor(run));
  const toggle = usePlayground((state) => state.toggle);
  if (competing === null) return null;
  return (
    <div className="competition" role="status">
      <span>
        A run trains on this page: both would share processor and GPU, and the times would be wrong.{' '}
        {competing === 'busy' && 'Wait until it can be paused.'}
      </span>
      {competing === 'pausable' && (
        <button type="button" className="button" onClick={toggle}>
          <Pause size={14} aria-hidden /> Pause the run
        </button>
      )}
    </div>
  );
}

function Actions({ onClose }: { readonly onClose: () => void }) {
  const label = useBenchmark(mainLabel);
  const adapter = useBenchmark((state) => state.adapter);
  const running = useBenchmark(({ phase }) => phase.kind === 'running');
  const competing = usePlayground(({ run }) => competitor(run) !== null);
  const { run, cancel } = useBenchmark.getState();
  return (
    <div className="actions">
      {!running && (
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      )}
      {/* One button has two uses, so that focus stays where it is. */}
      <button
        key="main"
        type="button"
        className={running ? 'button' : 'button primary'}
        disabled={!running && (competing || !canRun(adapter))}
        onClick={running ? cancel : run}
      >
        {label}
      </button>
    </div>
  );
}

function mainLabel({ phase }: Benchmark): string {
  if (phase.kind === 'running') return 'Cancel';
  return phase.kind === 'done' ? 'Measure again' : 'Measure';
}

function canRun(adapter: AdapterKind | null): boolean {
  return adapter === 'hardware' || adapter === 'software';
}
