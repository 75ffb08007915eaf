import { useEffect, useRef } from 'react';
import { imageName } from '../../store/run/labels.ts';
import type { Ready } from '../../store/run/run.ts';
import { classColor } from './classColors.ts';
import { pictureOf } from './picture.ts';

/** One map image in a frame of its class's colour. Only the frame if the run file left the pictures out. */
export function Picture({ ready, image, side, named = true }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { mapImages, data } = ready;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const picture = pictureOf(mapImages, data.size, image);
    if (!context) return;
    context.clearRect(0, 0, data.size, data.size);
    if (picture) context.drawImage(picture, 0, 0);
  }, [mapImages, data, image]);
  const words = imageName(ready, image);
  return (
    <canvas
      ref={canvas}
      className="picture"
      {...(named ? { role: 'img', 'aria-label': words, title: words } : { 'aria-hidden': true })}
      width={data.size}
      height={data.size}
      style={{ width: side, height: side, borderColor: classColor(mapImages.labels[image] ?? 0) }}
    />
  );
}

interface PictureProps {
  readonly ready: Ready;
  readonly image: number;
  /** Side on the page, CSS pixels. */
  readonly side: number;
  /** Whether it says which image it shows; a button around it says so itself. */
  readonly named?: boolean;
}
