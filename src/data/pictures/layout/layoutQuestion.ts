import type { LayoutChoice } from '../../formats/files.ts';
import { listed } from '../../formats/listed.ts';
import { DataError } from '../../images/dataset.ts';

/** One way to read the folders, in numbers of pictures. */
export interface LayoutReading {
  readonly layout: LayoutChoice;
  readonly train: number;
  /** 0 if a part of the training pictures would be held out. */
  readonly test: number;
  /** Names of the classes; empty if there are none. */
  readonly classes: readonly string[];
  /** Pictures that this reading would not use. */
  readonly leftOut: number;
}

/**
 * Folders can be read in more than one way, and only the user knows which is right. The message lists the
 * ways; how to answer depends on where the user is, and is added there.
 */
export class LayoutQuestion extends DataError {
  constructor(
    set: string,
    readonly readings: readonly LayoutReading[],
    /** A sentence about what makes the reading doubtful; empty if the counts tell enough. */
    readonly doubt: string,
  ) {
    const ways = readings.map((reading) => `${reading.layout}: ${inWords(reading)}`).join('; ');
    super(
      `${set}: expected folders that can be read in one way only, got ${doubt === '' ? '' : `doubt. ${doubt} Possible is `}${ways}.`,
    );
  }
}

function inWords({ train, test, classes, leftOut }: LayoutReading): string {
  const counts = test === 0 ? `${train} pictures` : `${train} to train on and ${test} to test on`;
  const named =
    classes.length === 0 ? 'without classes' : `of ${classes.length} classes (${listed(classes)})`;
  return `${counts} ${named}${leftOut === 0 ? '' : `, ${leftOut} left out`}`;
}
