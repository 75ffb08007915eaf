// Tells Node what `import source from './name.wgsl?raw'` is, as Vite does for the page: the text of the file.
// Node runs these functions in a thread of their own, which reads plain JavaScript only.
import { readFile } from 'node:fs/promises';

const SHADER = /\.wgsl\?raw$/;

export async function resolve(specifier, context, next) {
  if (!SHADER.test(specifier)) return next(specifier, context);
  return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
}

export async function load(url, context, next) {
  if (!SHADER.test(url)) return next(url, context);
  const text = await readFile(new URL(url.replace('?raw', '')), 'utf8');
  return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
}
