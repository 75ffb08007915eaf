import { FastForward } from 'lucide-react';
import { useId, useState } from 'react';
import { FIELDS } from '../../fields.ts';
import { reasonOf } from '../../store/exchanges.ts';
import { usePlayground } from '../../store/playground.ts';
import { continueRun, startingPointOf, stepsOf, stepsOffered } from '../../store/run/continueRun.ts';
import { count } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';

type OpenedFile = NonNullable<ReturnType<typeof usePlayground.getState>['opened']>;

const MOST = FIELDS.find(({ key }) => key === 'steps')!.max;

/** Continues a run that was read from a file. Nothing is drawn while no such run is on the page. */
export function ContinuePanel() {
  const opened = usePlayground((playground) => playground.opened);
  const run = usePlayground((playground) => playground.run?.run);
  if (!opened) return null;
  return (
    <Panel title="Opened run" topic="continue">
      <Continue key={run} file={opened} />
    </Panel>
  );
}

function Continue({ file }: { readonly file: OpenedFile }) {
  const [steps, setSteps] = useState(() => stepsOffered(file));
  const [fault, setFault] = useState<string | null>(null);
  const [going, setGoing] = useState(false);
  const id = useId();
  const made = stepsOf(file);
  const planned = file.config.steps;
  if (startingPointOf(file) === 'nothing') {
    return (
      <p className="muted small">
        This file carries no checkpoint: its run can be looked at, not gone on with. “Export” puts one into
        the files of runs that train in the page.
      </p>
    );
  }
  return (
    <form
      className="continue"
      onSubmit={(event) => {
        event.preventDefault();
        setFault(null);
        setGoing(true);
        continueRun(file, steps)
          .catch((error: unknown) => setFault(reasonOf(error)))
          .finally(() => setGoing(false));
      }}
    >
      <p className="small">
        {count(made)} of {count(planned)} steps are made. Training goes on from the checkpoint in the file,
        with the curves so far; on the engine that it was made with ({file.engine?.name ?? 'not named'})
        exactly as if it had never stopped.
      </p>
      <div className="row">
        <label htmlFor={id}>to step</label>
        <input
          id={id}
          className="input"
          type="number"
          min={1}
          max={MOST}
          value={Number.isNaN(steps) ? '' : steps}
          onChange={({ currentTarget }) => setSteps(currentTarget.valueAsNumber)}
        />
        <button type="submit" className="button" disabled={going}>
          <FastForward size={14} aria-hidden /> Continue training
        </button>
      </div>
      {steps !== planned && (
        <p className="muted small">
          Not the {count(planned)} steps that it was planned for: learning rate and bound are annealed over
          the whole run, so from here they are those of a run of {count(steps)} steps.
        </p>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </form>
  );
}
