import { useMemo } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { share } from '../shell/format.ts';

/** Most ticks that can be told apart. */
const MOST = 60;

/** Marks under the slider: evaluations, and changes of t_d. @property length steps of the run */
export function Ticks({ length }: { readonly length: number }) {
  const epochs = usePlayground(({ run }) => run?.record.epochs ?? null);
  const changes = usePlayground(({ run }) => run?.record.budgets ?? null);
  const evaluated = useMemo(() => {
    const steps = (epochs ?? []).map(({ step }) => step);
    const every = Math.ceil(steps.length / MOST);
    return steps.filter((_, i) => i % every === 0);
  }, [epochs]);
  if (length === 0) return null;
  const at = (step: number) => ({ left: `${(100 * step) / length}%` });
  return (
    <div className="ticks" aria-hidden>
      {evaluated.map((step) => (
        <i key={step} style={at(step)} />
      ))}
      {(changes ?? []).map(({ step, budget }) => (
        <b key={step} style={at(step)} title={`t_d ${budget.toFixed(2)} from step ${step} on`}>
          t_d {share(budget, 2)}
        </b>
      ))}
    </div>
  );
}
