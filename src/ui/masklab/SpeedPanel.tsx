import type { GatesAt } from '../../store/run/dial/dialStops.ts';
import { FORM_NAMES, type FormName, type InferenceReport, useFacts } from '../../store/studies/findings.ts';
import { useLaboratory } from '../../store/studies/laboratory.ts';
import { OrderLine } from '../laboratory/OrderLine.tsx';
import { figure, macs } from '../shell/format.ts';
import { Empty, Panel } from '../shell/Panel.tsx';
import type { Cell, Table } from '../shell/table.ts';
import { dialAside, shiftWords } from './gateWords.ts';
import { useSubject } from './useSubject.ts';

const FORMS: Readonly<Record<FormName, { label: string; does: string }>> = {
  dense: { label: 'Dense', does: 'every channel, no gates' },
  masked: { label: 'Masked', does: 'gates decide, closed channels are computed and zeroed' },
  sliced: { label: 'Sliced', does: 'the most used channels cut out, no gates' },
  conditional: { label: 'Conditional', does: 'never-open channels cut out, gates decide on the others' },
};

const ENGINES = [
  ['wasm', 'WASM'],
  ['webgpu', 'WebGPU'],
] as const;

/**
 * Measures the speed of this network's forms on this device, and compares it with what their MACs promise.
 */
export function SpeedPanel() {
  const { there, gated, free, at } = useSubject();
  const facts = [useFacts('inference wasm'), useFacts('inference webgpu')];
  const found = facts.filter((one) => one !== null);
  const last = found.at(-1)?.report;
  const absent = there && !gated;
  return (
    <Panel
      title="Inference, measured"
      topic="inference"
      aside={dialAside(at)}
      table={last ? () => tableOf(last) : undefined}
    >
      <div className="row">
        {ENGINES.map(([engine, name]) => (
          <button
            key={engine}
            type="button"
            className="button"
            disabled={!there || !free || absent}
            onClick={() => timeOn(engine, at)}
          >
            Time on {name}
          </button>
        ))}
        <span className="muted small">
          {absent
            ? 'This method has no gates: there is one form.'
            : 'Best while nothing trains. Without a GPU, WebGPU compiles for a minute or two first.'}
        </span>
      </div>
      <OrderLine kinds={['inference']} what="Inference" />
      {found.map(({ report, gateShift }) => (
        <Report key={report.engine} report={report} gateShift={gateShift} />
      ))}
      {!last && (
        <Empty>
          Latency and throughput of the dense, masked, sliced and conditional network on this device appear
          here, beside the speed-up that their MACs promise.
        </Empty>
      )}
    </Panel>
  );
}

/** Times the forms of the network, with its gates where the dial stands. */
function timeOn(engine: InferenceReport['engine'], at: GatesAt | null): void {
  const gates = at === null ? {} : { gateShift: at.gateShift };
  void useLaboratory.getState().carryOut({ kind: 'inference', engine, ...gates });
}

function Report({ report, gateShift }: { readonly report: InferenceReport; readonly gateShift: number }) {
  return (
    <>
      <section className="table-view" aria-label={`Measured inference, ${report.engine}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">form</th>
              <th scope="col">MACs (theory)</th>
              <th scope="col">promised</th>
              <th scope="col">one image</th>
              <th scope="col">faster</th>
              <th scope="col">batch of {report.batch}</th>
              <th scope="col">faster </th>
            </tr>
          </thead>
          <tbody>
            {FORM_NAMES.map((name) => {
              const speed = report.forms[name];
              const up = name === 'dense' ? null : report.speedups[name];
              return (
                <tr key={name}>
                  <th scope="row" title={FORMS[name].does}>
                    {FORMS[name].label}
                  </th>
                  <td>{macs(speed.macs)}</td>
                  <td>{times(up?.promised)}</td>
                  <td>{figure(speed.latencyMs)} ms</td>
                  <td>{times(up?.latency)}</td>
                  <td>{figure(speed.imagesPerSecond)} images/s</td>
                  <td>{times(up?.throughput)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <p className="muted small">
        Measured here: {report.device}, width {report.width}
        {shiftWords(gateShift)}; medians, forms in turns.{' '}
        {FORM_NAMES.map((name) => `${FORMS[name].label}: ${FORMS[name].does}`).join('. ')}.
      </p>
    </>
  );
}

function times(factor: number | undefined): string {
  return factor === undefined ? '' : `${factor.toFixed(2)}×`;
}

function tableOf({ forms, speedups, batch }: InferenceReport): Table {
  const rows = FORM_NAMES.map((name): Cell[] => {
    const { macs: cost, latencyMs, imagesPerSecond } = forms[name];
    const up = name === 'dense' ? null : speedups[name];
    return [
      FORMS[name].label,
      cost,
      up?.promised ?? null,
      latencyMs,
      up?.latency ?? null,
      imagesPerSecond,
      up?.throughput ?? null,
    ];
  });
  return {
    caption: `Measured inference: one image in ms, batches of ${batch} in images a second; speed-ups over the dense form.`,
    columns: [
      'form',
      'MACs',
      'promised',
      'latency ms',
      'latency speed-up',
      'images/s',
      'throughput speed-up',
    ],
    length: rows.length,
    row: (i) => rows[i]!,
  };
}
