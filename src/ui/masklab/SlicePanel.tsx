import { Download as DownloadIcon } from 'lucide-react';
import { takeSlice } from '../../store/run/takeaway.ts';
import { type SliceForm, useFacts } from '../../store/studies/findings.ts';
import { OrderLine } from '../laboratory/OrderLine.tsx';
import { macs, percent } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';
import { dialAside, shiftWords } from './gateWords.ts';
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
  const { there, gated, free, at } = useSubject();
  return (
    <Panel title="Light network" topic="slice" aside={dialAside(at)}>
      {FORMS.map(({ form, button, says }) => (
        <div key={form} className="slice">
          <div className="row">
            <button
              type="button"
              className="button"
              disabled={!there || !free || !gated}
              onClick={() => takeSlice(form, 'json', at)}
            >
              <DownloadIcon size={14} aria-hidden /> {button}
            </button>
            <span className="muted small">{says}</span>
          </div>
          <SliceFacts form={form} />
        </div>
      ))}
      <OrderLine kinds={['slice']} what="Slice" />
      <p className="muted small">
        {there && !gated
          ? 'This method has no gates, so nothing says what to cut.'
          : 'JSON as the other weights, with the channels of each block under architecture.inner and 16 images with the masked network’s features.'}
      </p>
    </Panel>
  );
}

/** The facts about the slice that was cut from the weights on the page. */
function SliceFacts({ form }: { readonly form: SliceForm }) {
  const facts = useFacts(`slice ${form}`);
  if (facts === null) return null;
  const { inner, channels, denseMacs, difference } = facts;
  return (
    <p className="small">
      {sum(inner)} of {sum(channels)} channels ({inner.join(', ')}); {macs(facts.macs)} MACs,{' '}
      {percent(facts.macs / denseMacs)} of dense{shiftWords(facts.gateShift)}. Its features{' '}
      {difference === 0
        ? 'are the masked network’s to the last bit.'
        : `differ from the masked network’s by ${difference.toExponential(1)} of the largest.`}
    </p>
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
