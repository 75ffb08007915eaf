import { useState } from 'react';
import { usePlace } from '../../store/place.ts';
import { usePlayground } from '../../store/playground.ts';
import { useLibrary } from '../../store/runs/library.ts';
import { entryName } from '../../store/runs/libraryRows.ts';
import { showRun } from '../../store/runs/resume.ts';
import { hasGates } from '../../store/settings.ts';

/**
 * Whether it matters that each image opens its own channels: the mask lab measures it on one trained run, by
 * masks at equal MACs that are the same for every image.
 */
export function MaskQuestion({ asked }: { readonly asked: boolean }) {
  const gated = usePlayground(({ run }) => run !== null && hasGates(run.config));
  const kept = useLibrary(({ entries }) =>
    entries.findLast(({ runFile, config }) => runFile !== null && hasGates(config)),
  );
  const [fault, setFault] = useState<string | null>(null);
  const open = () => usePlace.getState().open('masklab');
  return (
    <>
      <p className="small muted">
        Measured on one trained run: its gates against masks of equal MACs that are the same for every image.
      </p>
      {asked && gated && (
        <button type="button" className="button primary" onClick={open}>
          Open the Mask lab with this run
        </button>
      )}
      {asked && !gated && kept && (
        <button
          type="button"
          className="button primary"
          onClick={() =>
            usePlayground.getState().instead(() => {
              showRun(kept.id, entryName(kept)).then(open, (error: unknown) =>
                setFault(error instanceof Error ? error.message : String(error)),
              );
            })
          }
        >
          Open {entryName(kept)} in the Mask lab
        </button>
      )}
      {asked && !gated && !kept && (
        <p className="small">
          It needs a run with gates: press Start, or open one from a file, and come back.
        </p>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
