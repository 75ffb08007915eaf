import { authorsRate } from '../../presets.ts';
import { useSettings } from '../../store/settings.ts';
import { figure } from '../shell/format.ts';

/** Rates of more times the authors' rule are spoken of; the presets' are at most a third above it. */
const HIGH = 2;

/** Says when the learning rate is far above what the authors would take for the batch, and offers theirs. */
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
