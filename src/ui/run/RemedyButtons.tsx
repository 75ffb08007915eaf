import { useState } from 'react';
import { reasonOf } from '../../store/exchanges.ts';
import { usePlayground } from '../../store/playground.ts';
import { circumstancesOf, type PossibleRemedy, remediesOf, type Trouble } from '../../store/run/remedies.ts';
import { useLibrary } from '../../store/runs/library.ts';

/** A button for each thing that the user can do about a trouble of the run on the page. */
export default function RemedyButtons({ trouble }: { readonly trouble: Trouble }) {
  // A run that trains changes many times a second. What its remedies depend on does not.
  usePlayground(({ run }) => `${run?.run} ${run?.state} ${(run?.record.steps.length ?? 0) > 0}`);
  const entries = useLibrary((library) => library.entries);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const possible = remediesOf(trouble, circumstancesOf(usePlayground.getState().run, entries));
  if (possible.length === 0) return null;

  async function attempt({ act }: PossibleRemedy): Promise<void> {
    setFault(null);
    setBusy(true);
    try {
      await act();
    } catch (error) {
      setFault(reasonOf(error));
    }
    setBusy(false);
  }

  return (
    <div className="remedies">
      {possible.map((remedy) => (
        <button
          key={remedy.remedy}
          type="button"
          className="button"
          disabled={busy}
          onClick={() => void attempt(remedy)}
        >
          {remedy.label}
        </button>
      ))}
      {fault && <span className="fault">{fault}</span>}
    </div>
  );
}
