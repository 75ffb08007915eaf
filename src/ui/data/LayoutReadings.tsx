import { questionOn, type ShownReading, useLayoutQuestion } from '../../store/data/layoutQuestion.ts';
import { useSettings } from '../../store/settings.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { count } from '../shell/format.ts';
import type { DialogState } from '../shell/later.tsx';
import { Picture } from './Picture.tsx';

/** Class names that are written out. */
const NAMED = 8;

/** What each reading makes of folders, in a line. */
const MEANINGS = {
  splits: 'Folders are splits: one to train on, one to test on',
  classes: 'Every folder is a class',
} as const;

/** Asks how folders are read, where more than one reading is possible. */
export default function LayoutReadings({ open, onClose }: DialogState) {
  const source = useSettings((state) => state.source);
  const question = useLayoutQuestion((state) => questionOn(source, state));
  const { answer } = useLayoutQuestion.getState();
  return (
    <Dialog title="How are these folders meant?" open={open && question !== null} onClose={onClose}>
      {question && (
        <>
          <p>
            {question.doubt === ''
              ? 'Their names allow more than one reading, and only you know which is right.'
              : question.doubt}
          </p>
          <div className="layout-readings">
            {question.readings.map((reading) => (
              <Reading key={reading.layout} reading={reading} choose={() => answer(reading.layout)} />
            ))}
          </div>
          <p className="muted small">
            If none is right, choose the folder to train on alone. The choice is kept with the run.
          </p>
          <div className="actions">
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

function Reading({ reading, choose }: { readonly reading: ShownReading; readonly choose: () => void }) {
  const { layout, refusal, samples, test } = reading;
  return (
    <section className="layout-reading" aria-label={MEANINGS[layout]}>
      <h3>{MEANINGS[layout]}</h3>
      <p>{wordsOf(reading)}</p>
      {refusal === null ? (
        <ul className="layout-samples">
          {samples.map(({ role, label, pixels, size }, i) => (
            <li key={`${role} ${i}`}>
              <Picture pixels={pixels} size={size} label={`${role} image, ${label ?? 'no class'}`} />
              {test > 0 && <span className="muted">{role}</span>}
              {label !== null && <span title={label}>{label}</span>}
            </li>
          ))}
        </ul>
      ) : (
        <p className="fault">This reading cannot be used. {refusal}</p>
      )}
      <button type="button" className="button" disabled={refusal !== null} onClick={choose}>
        Read as {layout}
      </button>
    </section>
  );
}

/** “1,200 images to train on, 300 to test on; 2 classes: cats, dogs. 14 are left out.” */
function wordsOf({ train, test, classes, leftOut }: ShownReading): string {
  const images =
    test === 0
      ? `${count(train)} images; a tenth of them is held out to test on`
      : `${count(train)} images to train on, ${count(test)} to test on`;
  const more = classes.length - NAMED;
  const named = `${classes.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
  const labels =
    classes.length === 0
      ? 'no classes'
      : `${count(classes.length)} ${classes.length === 1 ? 'class' : 'classes'}: ${named}`;
  return `${images}; ${labels}.${leftOut === 0 ? '' : ` ${count(leftOut)} are left out.`}`;
}
