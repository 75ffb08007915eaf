import { FastForward } from 'lucide-react';
import { useEffect } from 'react';
import type { RunState } from '../../store/run/run.ts';
import { checkImported, continueImported, importFault } from '../../store/run/takeaway.ts';
import { factsOfNewest } from '../../store/studies/findings.ts';
import { useLaboratory } from '../../store/studies/laboratory.ts';

interface ImportedProps {
  readonly run: RunState;
  readonly weights: NonNullable<RunState['record']['weights']>;
}

/** What the weights are, whether they give what their file says, and a button to train from them. */
export default function ImportedWeights({ run, weights }: ImportedProps) {
  useEffect(checkImported, []);
  const { branches, width, input, stem, bn, projector, inner } = weights.architecture;
  const fault = importFault(run);
  return (
    <>
      <p className="small">
        {branches.join(' and ')}, width {width}, images of {input} px, stem {stem}, BatchNorms {bn}, projector{' '}
        {projector.output}
        {inner ? `, a slice with ${inner.join(', ')} channels left` : ''}.
      </p>
      {run.origin.kind === 'opened' && run.origin.notice && (
        <p className="small" role="note">
          {run.origin.notice}
        </p>
      )}
      <Parity run={run.run} />
      <div className="row">
        <button type="button" className="button" disabled={fault !== null} onClick={() => continueImported()}>
          <FastForward size={14} aria-hidden /> Train from these weights
        </button>
      </div>
      <p className="muted small">
        {fault ??
          'A new run on the chosen data, with fresh momenta: the settings take over what decides the network. Its “untrained” floor is then that of these weights. The tabs above evaluate them as they are.'}
      </p>
    </>
  );
}

/** Says whether the laboratory gets the same results as the file. */
function Parity({ run }: { readonly run: string }) {
  const state = useLaboratory(({ orders }) => orders.parity);
  const facts = useLaboratory((laboratory) => factsOfNewest(laboratory, 'parity'));
  if (state?.subject.run !== run) return null;
  const { phase } = state;
  if (phase.kind === 'failed') {
    return (
      <p className="fault" role="alert">
        {phase.message}
      </p>
    );
  }
  if (facts === null) return <p className="small muted">Checking the features in the file…</p>;
  const { images, branches, gates } = facts;
  return (
    <p className="small" role="status">
      {images === 0
        ? 'The file carries no features to check by.'
        : `Features${gates ? ' and gates' : ''} equal those in the file: ${images} images, ${branches.join(' and ')}.`}
    </p>
  );
}
