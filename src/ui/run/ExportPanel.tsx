import { Download as DownloadIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { canExport, usePlayground } from '../../store/playground.ts';
import { byProject } from '../../store/run/run.ts';
import { type SliceForm, takeFeatures, takeSlice, weightsBytes } from '../../store/run/takeaway.ts';
import { hasGates } from '../../store/settings.ts';
import { anyBusy, useLaboratory } from '../../store/studies/laboratory.ts';
import { stepTable } from '../charts/stepTable.ts';
import { OrderLine } from '../laboratory/OrderLine.tsx';
import { saveFile } from '../shell/download.ts';
import { Panel } from '../shell/Panel.tsx';
import { csv } from '../shell/table.ts';
import { evaluationTable } from './evaluationTable.ts';

interface Item {
  readonly name: string;
  readonly shown: string;
  readonly disabled: boolean;
  act(): void;
}

interface Part {
  readonly form: SliceForm;
  readonly label: string;
  readonly says: string;
}

const PARTS: readonly Part[] = [
  { form: 'dense', label: 'Dense branch', says: 'alone, with its own BatchNorms' },
  { form: 'gated', label: 'Gated branch', says: 'alone, with its gates' },
  { form: 'frozen', label: 'Frozen top-K', says: 'closed channels cut out, no gates left' },
  { form: 'never-open', label: 'Never-open', says: 'channels that no image opens cut out' },
];

/** All files that a run can be exported as. */
export default function ExportPanel() {
  const ready = usePlayground(({ run }) => canExport(run));
  const started = usePlayground(({ run }) => run?.record.ready != null);
  const gated = usePlayground(({ run }) => run !== null && hasGates(run.config));
  const system = usePlayground(({ run }) => run?.config.system ?? null);
  const cut = usePlayground(({ run }) => run?.record.weights?.architecture.inner !== undefined);
  const bytes = usePlayground(({ run }) => (run ? weightsBytes(run) : null));
  const trained = usePlayground(({ run }) => (run?.record.steps.length ?? 0) > 0);
  const evaluated = usePlayground(({ run }) => (run?.record.epochs.length ?? 0) > 0);
  const lacksWeights = usePlayground(({ run }) => byProject(run) !== null);
  const working = useLaboratory((laboratory) => anyBusy(laboratory, ['slice', 'features']));
  const { exportFile } = usePlayground.getState();

  const has = (form: SliceForm) => !cut && (form === 'dense' ? system !== 'vicreg-gating' : gated);
  const weights = (form: SliceForm, label: string): Item[] =>
    (['json', 'safetensors'] as const).map((format) => ({
      name: `${label}, ${format === 'json' ? 'JSON' : format}`,
      shown: format === 'json' ? 'JSON' : format,
      disabled: !ready || working || !has(form),
      act: () => takeSlice(form, format),
    }));
  const table = (name: string, of: 'steps' | 'epochs'): Item => ({
    name,
    shown: of === 'steps' ? 'steps' : 'evaluations',
    disabled: of === 'steps' ? !trained : !evaluated,
    act: () => saveTable(of),
  });
  const size = bytes === null ? '' : `, ${megabytes(bytes)} (JSON ${megabytes((bytes * 4) / 3)})`;

  return (
    <Panel title="Export" topic="export">
      <ul className="takeaway">
        <Row
          label="Weights"
          says={`all branches, PyTorch names, 16 images to check a loader by${size}`}
          items={[
            { name: 'Weights', shown: 'JSON', disabled: !ready, act: () => exportFile('weights') },
            {
              name: 'Weights, safetensors',
              shown: 'safetensors',
              disabled: !ready,
              act: () => exportFile('weights.safetensors'),
            },
          ]}
        />
        {PARTS.map(({ form, label, says }) => (
          <Row key={form} label={label} says={says} items={weights(form, label)} />
        ))}
        <Row
          label="PyTorch"
          says="a zip: network, weights, parity check, and a script that goes on training on any number of GPUs"
          items={[{ name: 'PyTorch', shown: 'zip', disabled: !ready, act: () => exportFile('pytorch') }]}
        />
        <Row
          label="Run"
          says="curves, maps, settings and weights; drop it here again, to look at it or to go on with it"
          items={[
            { name: 'Run', shown: 'JSON', disabled: !started, act: () => exportFile('run') },
            {
              name: 'Run, packed (gzip)',
              shown: 'gzip',
              disabled: !started,
              act: () => exportFile('run.gz'),
            },
          ]}
        />
        <Row
          label="Metrics"
          says="every step, every evaluation, as CSV"
          items={[table('Steps, CSV', 'steps'), table('Evaluations, CSV', 'epochs')]}
        />
        <Row
          label="Features"
          says="of every branch, with labels and gates, for NumPy: an .npz of .npy arrays"
          items={(['test', 'train'] as const).map((set) => ({
            name: `Features of the ${set === 'test' ? 'test' : 'training'} images`,
            shown: set === 'test' ? 'test' : 'training',
            disabled: !ready || working,
            act: () => takeFeatures(set),
          }))}
        />
      </ul>
      <OrderLine kinds={['slice']} what="Slice" />
      <OrderLine kinds={['features']} what="Features" />
      {lacksWeights && (
        <p className="muted small">
          Weights of recorded runs do not come with the page, as they are 1.4 MB each. Train your own run to
          take its weights.
        </p>
      )}
      {!started && <p className="muted small">Available once a run has begun.</p>}
    </Panel>
  );
}

function Row({
  label,
  says,
  items,
}: {
  readonly label: string;
  readonly says: ReactNode;
  readonly items: readonly Item[];
}) {
  return (
    <li>
      <span className="what">
        {label} <span className="muted small">{says}</span>
      </span>
      <span className="row">
        {items.map(({ name, shown, disabled, act }) => (
          <button
            key={name}
            type="button"
            className="button tiny"
            aria-label={name}
            disabled={disabled}
            onClick={act}
          >
            <DownloadIcon size={12} aria-hidden /> {shown}
          </button>
        ))}
      </span>
    </li>
  );
}

function saveTable(of: 'steps' | 'epochs'): void {
  const { run } = usePlayground.getState();
  if (!run) return;
  const { steps, epochs, floors } = run.record;
  const table = of === 'steps' ? stepTable(steps, run.config) : evaluationTable(epochs, floors);
  const name = of === 'steps' ? 'dualgate-steps.csv' : 'dualgate-evaluations.csv';
  saveFile(name, new Blob([csv(table)], { type: 'text/csv' }));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}
