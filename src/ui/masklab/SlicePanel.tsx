import { Download as DownloadIcon } from 'lucide-react';
import { type SliceForm, useMaskLab } from '../../store/studies/masklab.ts';
import { macs, percent } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';
import { OrderLine } from './OrderLine.tsx';
import { useSubject } from './useSubject.ts';

const FORMS: readonly { form: SliceForm; button: string; says: string }[] = [
  {
    form: 'frozen',
    button: 'Frozen slice',
    says: 'The channels that training images open most, as many as they open on average; no gates are left.',
  },
  {
    form: 'never-open',
    button: 'Never-open slice',
    says: 'Every channel that some image opens, with the gates that decide on them.',
  },
];

/** Cuts closed channels out of the network and saves what is left. */
export function SlicePanel() {
  const { subject, gated, findings, free } = useSubject();
  const order = useMaskLab((lab) => lab.order);
  return (
    <Panel title="Light network" topic="slice">
      {FORMS.map(({ form, button, says }) => {
        const facts = findings.slices[form];
        return (
          <div key={form} className="slice">
            <div className="row">
              <button
                type="button"
                className="button"
                disabled={subject === null || !free || !gated}
                onClick={() => order(form)}
              >
                <DownloadIcon size={14} aria-hidden /> {button}
              </button>
              <span className="muted small">{says}</span>
            </div>
            {facts && (
              <p className="small">
                {sum(facts.inner)} of {sum(facts.channels)} channels ({facts.inner.join(', ')});{' '}
                {macs(facts.macs)} MACs, {percent(facts.macs / facts.denseMacs)} of dense. Its features{' '}
                {facts.difference === 0
                  ? 'are the masked network’s to the last bit.'
                  : `differ from the masked network’s by ${facts.difference.toExponential(1)} of the largest.`}
              </p>
            )}
          </div>
        );
      })}
      <OrderLine kinds={['slice']} />
      <p className="muted small">
        {subject !== null && !gated
          ? 'This method has no gates, so nothing says what to cut.'
          : 'JSON as the other weights, with the channels of each block under architecture.inner and 16 images with the masked network’s features.'}
      </p>
    </Panel>
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
