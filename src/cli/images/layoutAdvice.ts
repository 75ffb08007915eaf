import { DataError } from '../../data/images/dataset.ts';
import { LayoutQuestion } from '../../data/pictures/layoutQuestion.ts';

/** How the user of a command says what folders mean. */
export const OPTION_ADVICE =
  'Name the folder to train on and the folder to test on each by itself (--data DIR --test DIR), or say which is meant (--layout classes or --layout splits).';

/** How a sweep's file says it. */
export const SWEEP_ADVICE =
  'In the sweep\u2019s "data", name the folder to train on under "train" and the folder to test on under "test", or say which is meant ("layout": "classes" or "splits").';

/** Waits for images. Where folders can be read in more than one way, the error says how to choose. @throws DataError */
export async function withLayoutAdvice<T>(reading: Promise<T>, advice: string): Promise<T> {
  try {
    return await reading;
  } catch (fault) {
    if (fault instanceof LayoutQuestion) throw new DataError(`${fault.message} ${advice}`);
    throw fault;
  }
}
