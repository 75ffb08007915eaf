import type { Dial } from '../../store/run/dial/onDial.ts';
import type { Table } from '../shell/table.ts';

/** The points of a dial as a table. */
export function dialTable({ points }: Dial): Table {
  return {
    caption:
      'One network at other budgets: shares of the dense MACs, 20-NN accuracy as a fraction, and the share of open gates that the next larger budget opens too.',
    columns: [
      ...['MACs asked', 'MACs on test images', 'MACs on training images', 'shift', 'width'],
      ...['20-NN', 'standard error', 'nestedness', 'reach'],
    ],
    length: points.length,
    row: (i) => {
      const { budget, macRatio, calibrated, setting, knn20, standardError, nestedness, reach } = points[i]!;
      const [shift, width] = setting.kind === 'shift' ? [setting.shift, null] : [null, setting.width];
      return [budget, macRatio, calibrated, shift, width, knn20, standardError, nestedness, reach];
    },
  };
}
