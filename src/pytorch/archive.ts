import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import type { BundleFiles } from './bundle.ts';

/** The files in one folder of a zip. All names are the bundle's own, and none comes from a run. */
export async function zipOf(files: BundleFiles, folder: string): Promise<Blob> {
  // There are no workers: the page's policy on scripts does not allow the library's, and the work takes only
  // a moment.
  const zip = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  for (const [name, content] of files) {
    const path = `${folder}/${name}`;
    if (typeof content === 'string') await zip.add(path, new TextReader(content));
    // Weights are not compressed, because they do not get smaller.
    else await zip.add(path, new BlobReader(new Blob([content])), { level: 0 });
  }
  return zip.close();
}
