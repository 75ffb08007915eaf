import { authorsRate } from '../../presets.ts';
import { useSettings } from '../../store/settings.ts';
import { figure } from '../shell/format.ts';

/**
 * A hint appears above this multiple of the authors' rule. The presets are at most a third above the rule.
 */
const HIGH = 2;

/** Warns if the learning rate is far above the authors' rule for the batch, and offers the rule's rate. */
export function RateHint() {
  const { learningRate, batch } = useSettings(({ config }) => config);
  const change = useSettings((state) => state.change);
  const rate = authorsRate(batch);
  if (learningRate <= HIGH * rate) return null;
  return (
    <p className="small">
      A learning rate of {learningRate} is {figure(learningRate / rate)} times the authors’ rule for batches
      of {batch} (.3 · batch / 256): such runs may diverge.{' '}
      <button type="button" className="button tiny" onClick={() => change('learningRate', rate)}>
        Take {rate}
      </button>
    </p>
  );
}
