import { type ReactNode, useEffect, useRef } from 'react';

interface PictureProps {
  /** u8 [size, size, 3]. */
  readonly pixels: Uint8Array;
  /** Side, pixels. */
  readonly size: number;
  /** Text for screen readers that says what the picture shows. */
  readonly label: string;
  /** Drawn over it. */
  readonly children?: ReactNode;
}

/** An image that is enlarged without smoothing, so that its pixels are visible. */
export function Picture({ pixels, size, label, children }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(size, size);
    for (let i = 0; i < size * size; i++) {
      image.data.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [pixels, size]);

  return (
    <div className="pixels">
      <canvas ref={canvas} width={size} height={size} role="img" aria-label={label} />
      {children}
    </div>
  );
}
