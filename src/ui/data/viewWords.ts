import type { ViewParameters } from '../../store/data/views.ts';
import { signed } from '../shell/format.ts';

/** One operation on a view and what was drawn for it, in words and units. */
export interface DrawnWord {
  readonly what: string;
  /** The drawn values. Null if the draw left the operation out. */
  readonly words: string | null;
}

/**
 * What was drawn for a view, in the order in which it is applied.
 * @param size side of the image and of the view, pixels
 */
export function viewWords(view: ViewParameters, size: number): readonly DrawnWord[] {
  const { crop, jitter, grayscale, blur, solarize, flip } = view;
  const share = (100 * crop.width * crop.height) / size ** 2;
  return [
    {
      what: 'Crop',
      words: `${crop.width} × ${crop.height} px from (${crop.left}, ${crop.top}), ${share.toFixed(1)} % of the area, to ${size} × ${size} px`,
    },
    {
      what: 'Colour jitter',
      words: jitter?.order.map((one) => jitterWords(jitter, one)).join(', ') ?? null,
    },
    { what: 'Grayscale', words: grayscale ? 'without colours' : null },
    { what: 'Blur', words: blur === null ? null : `Gaussian, σ ${blur.toFixed(2)} px` },
    { what: 'Solarize', words: solarize === null ? null : `bytes from ${solarize} up inverted` },
    { what: 'Flip', words: flip ? 'left and right exchanged' : null },
  ];
}

function jitterWords(
  jitter: NonNullable<ViewParameters['jitter']>,
  operation: NonNullable<ViewParameters['jitter']>['order'][number],
): string {
  if (operation !== 'hue') return `${operation} × ${jitter[operation].toFixed(2)}`;
  return `hue ${signed(360 * jitter.hue, 0)}°`;
}
