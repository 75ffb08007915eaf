import { Copy } from 'lucide-react';
import { useState } from 'react';
import { copyText } from '../../platform/clipboard.ts';
import type { BenchReport } from '../../store/studies/benchmark.ts';
import { bytes, figure, percent } from '../shell/format.ts';
import { reportRows } from './reportRows.ts';

interface BenchmarkResultProps {
  readonly report: BenchReport;
  /** The report as lines to copy. */
  readonly text: string;
}

/** The figures of a benchmark with their units, and a button that copies them. */
export function BenchmarkResult({ report, text }: BenchmarkResultProps) {
  const { adapter, software, width, batch, stockTfjs: stock, speedup } = report;
  return (
    <div className="benchmark-result">
      <dl className="result">
        {speedup !== null && (
          <div>
            <dt>Speedup</dt>
            <dd>
              {figure(speedup)}×<small>over stock tfjs</small>
            </dd>
          </div>
        )}
        <div>
          <dt>Speed</dt>
          <dd>
            {figure(report.imagesPerSecond)}
            <small>images per second</small>
          </dd>
        </div>
        <div>
          <dt>Of the limit</dt>
          <dd>
            {percent(report.fractionOfLimit, 0)}
            <small>of {figure(report.limitGflops)} GFLOP/s</small>
          </dd>
        </div>
      </dl>
      <table>
        <caption>
          A training step, width {width}, batch {batch}, on {adapter}
          {software ? ' (software)' : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">per step</th>
            <th scope="col">compiled engine</th>
            {stock && <th scope="col">stock tfjs</th>}
          </tr>
        </thead>
        <tbody>
          {reportRows(report).map(({ what, engine, stock: other }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>{engine}</td>
              {stock && <td>{other}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted small">
        Median of {report.steps} {report.steps === 1 ? 'step' : 'steps'}
        {stock &&
          `, of ${stock.steps} for stock tfjs; their first losses differ by ${stock.lossDifference.toExponential(0)}`}
        . Limit: the best of the plain matrix products, {report.limitKernel}. GPU memory of the engine:{' '}
        {bytes(report.memoryBytes)}.
      </p>
      <CopyText text={text} />
    </div>
  );
}

function CopyText({ text }: { readonly text: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  return (
    <>
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => {
            void copyText(text).then((copied) => setOutcome(copied ? 'copied' : 'refused'));
          }}
        >
          <Copy size={14} aria-hidden /> Copy as text
        </button>
        <span role="status" className="muted small">
          {outcome === 'copied' && 'Copied.'}
          {outcome === 'refused' && 'The browser refuses its clipboard: select the text and copy it.'}
        </span>
      </div>
      {outcome === 'refused' && (
        <textarea className="input" readOnly rows={5} aria-label="Report" value={text} />
      )}
    </>
  );
}
