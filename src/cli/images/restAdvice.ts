import { LeftOutQuestion } from '../../data/formats/ledger.ts';
import { DataError } from '../../data/images/dataset.ts';

/** Waits for images. Where too many would be left out, the error says by which option the rest is used. @throws DataError */
export async function withRestAdvice<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (fault) {
    if (fault instanceof LeftOutQuestion)
      throw new DataError(`${fault.message} The option for that is --use-the-rest.`);
    throw fault;
  }
}
