import { imageFault, type OwnMoment } from '../../run/links/momentLink.ts';
import { reasonOf } from '../exchanges.ts';
import { usePlayground } from '../playground.ts';
import type { Turned } from '../run/dial/onDial.ts';
import { identityOf, type RunState } from '../run/run.ts';
import { useLibrary } from '../runs/library.ts';
import { entryName } from '../runs/libraryRows.ts';
import { keptRun } from '../runs/resume.ts';
import { goTo } from './goTo.ts';
import { linkedPoint } from './linkedDial.ts';

/**
 * What came of a link to a moment of an own run: it is on its way to the page, this browser does not have the
 * run, or the link cannot be used, for this reason.
 */
export type OwnOutcome = 'shown' | 'elsewhere' | { readonly refusal: string };

/** Shows a moment of the run on the page, or of one that this browser keeps. Never throws. */
export async function openOwnMoment(moment: OwnMoment): Promise<OwnOutcome> {
  const { run } = usePlayground.getState();
  if (run !== null && identityOf(run) === moment.run) return showIn(run, moment);
  const entry = (await keptRuns()).find(({ id }) => id === moment.run);
  if (entry === undefined) return 'elsewhere';
  try {
    const kept = await keptRun(entry.id, entryName(entry));
    const found = foundIn(kept, moment);
    if (typeof found === 'string') return { refusal: found };
    usePlayground.getState().instead(() => {
      usePlayground.getState().show(kept, entry.id);
      goTo(kept, moment, found);
    });
    return 'shown';
  } catch (error) {
    return { refusal: `The run that it names could not be read. ${reasonOf(error) ?? ''}` };
  }
}

/** Shows the moment in the run on the page. */
function showIn(run: RunState, moment: OwnMoment): OwnOutcome {
  const found = foundIn(run, moment);
  if (typeof found === 'string') return { refusal: found };
  goTo(run, moment, found);
  return 'shown';
}

/** The point of the dial that the moment names; null for none. A text says what the run does not have. */
function foundIn(run: RunState, moment: OwnMoment): Turned | string | null {
  const fault = imageFault(moment, run.record.ready?.mapImages.count ?? 0);
  if (fault !== null || moment.dial === null) return fault;
  return linkedPoint(run, moment.dial);
}

/** The runs that this browser keeps, once their index has been read. */
async function keptRuns() {
  useLibrary.getState().open();
  if (!useLibrary.getState().opened) {
    await new Promise<void>((resolve) => {
      const stop = useLibrary.subscribe(({ opened }) => {
        if (!opened) return;
        stop();
        resolve();
      });
    });
  }
  return useLibrary.getState().entries;
}
