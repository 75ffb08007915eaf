import { LeftOutQuestion } from '../../data/formats/ledger.ts';
import { DataError } from '../../data/images/dataset.ts';
import { LayoutQuestion } from '../../data/pictures/layout/layoutQuestion.ts';

/** How the user of a command says what folders mean. */
export const OPTION_ADVICE =
  'Name the folder to train on and the folder to test on each by itself (--data DIR --test DIR), or say which is meant (--layout classes or --layout splits).';

/** How a sweep's file says what folders mean. */
export const SWEEP_ADVICE =
  'In the sweep\u2019s "data", name the folder to train on under "train" and the folder to test on under "test", or say which is meant ("layout": "classes" or "splits").';

/**
 * Waits for images. If reading them needs an answer of the user, the error says how a command is given it.
 * @param layoutAdvice how the user says what folders mean
 * @throws DataError
 */
export async function withAdvice<T>(reading: Promise<T>, layoutAdvice: string): Promise<T> {
  try {
    return await reading;
  } catch (fault) {
    if (fault instanceof LayoutQuestion) throw new DataError(`${fault.message} ${layoutAdvice}`);
    if (fault instanceof LeftOutQuestion)
      throw new DataError(`${fault.message} The option for that is --use-the-rest.`);
    throw fault;
  }
}
