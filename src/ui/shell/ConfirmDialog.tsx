import { canExport, usePlayground } from '../../store/playground.ts';
import { stepsMade } from '../../store/run/run.ts';
import { keptStep } from '../../store/runs/library.ts';
import { Dialog } from './Dialog.tsx';
import { count } from './format.ts';

/** Asks the user before an unsaved run is lost. */
export function ConfirmDialog() {
  const confirming = usePlayground((state) => state.confirming);
  const steps = usePlayground(({ run }) => (run ? stepsMade(run) : 0));
  const kept = usePlayground(({ run }) => (run ? keptStep(run) : 0));
  const savable = usePlayground(({ run }) => canExport(run));
  const confirm = usePlayground((state) => state.confirm);
  const exportFile = usePlayground((state) => state.exportFile);

  return (
    <Dialog title="Throw this run away?" open={confirming !== null} onClose={() => confirm(false)}>
      <p>
        The run on the page has made {count(steps)} {steps === 1 ? 'step' : 'steps'} and was not saved as a
        file.{' '}
        {kept > 0
          ? `It stays in the list of runs as it stood at step ${count(kept)}, and can go on from there; what came later is lost.`
          : 'Going on ends it, and its weights and curves are lost.'}
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={() => confirm(false)}>
          Keep it
        </button>
        <button type="button" className="button" disabled={!savable} onClick={() => exportFile('run')}>
          Save the run file
        </button>
        <button type="button" className="button primary" onClick={() => confirm(true)}>
          Throw away
        </button>
      </div>
    </Dialog>
  );
}
