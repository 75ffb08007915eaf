import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import type { BundleFiles } from './bundle.ts';

/** The files in one folder of a zip. Names are the bundle's own; none comes from a run. */
export async function zipOf(files: BundleFiles, folder: string): Promise<Blob> {
  // No workers: the page's policy on scripts knows none of the library's, and this is a moment's work.
  const zip = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  for (const [name, content] of files) {
    const path = `${folder}/${name}`;
    if (typeof content === 'string') await zip.add(path, new TextReader(content));
    // Weights do not get smaller.
    else await zip.add(path, new BlobReader(new Blob([content])), { level: 0 });
  }
  return zip.close();
}
