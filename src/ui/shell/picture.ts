/**
 * Properties that decide how an SVG shape looks. They are copied from the page's style sheet into the file.
 */
const LOOKS = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;

/** A drawing of the page as an SVG file. Text stays text, and the colours are those of the current theme. */
export function svgFile(drawing: SVGSVGElement): Blob {
  return svgText(styledCopy(drawing));
}

/** A copy that looks the same without the page's style sheet. */
export function styledCopy(drawing: SVGSVGElement): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = [drawing, ...drawing.querySelectorAll<SVGElement>('*')];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  for (const [i, original] of originals.entries()) {
    const style = getComputedStyle(original);
    for (const look of LOOKS) copies[i]!.setAttribute(look, portable(style.getPropertyValue(look)));
    copies[i]!.removeAttribute('class');
    copies[i]!.removeAttribute('style');
  }
  const { width, height } = drawing.getBoundingClientRect();
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  return copy;
}

export function svgText(drawing: SVGSVGElement): Blob {
  drawing.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new Blob([new XMLSerializer().serializeToString(drawing)], { type: 'image/svg+xml' });
}

/** A CSS colour that other programs cannot read, converted to rgb(). */
export function portable(value: string): string {
  if (!/^(oklab|oklch|lab|lch|color)\(/.test(value)) return value;
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = value;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

/** A drawing as pixels, twice the size on the page. @throws Error when the browser cannot draw it. */
export async function pngFile(drawing: SVGSVGElement | HTMLCanvasElement): Promise<Blob> {
  if (drawing instanceof HTMLCanvasElement) return blobOf(drawing);
  return pngOf(svgFile(drawing), drawing.getBoundingClientRect());
}

/** An SVG file as pixels, twice its size. @throws Error when the browser cannot draw it. */
export async function pngOf(
  file: Blob,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Blob> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    const context = canvas.getContext('2d')!;
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await blobOf(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('The browser could not turn the drawing into a PNG file.'));
    });
  });
}
