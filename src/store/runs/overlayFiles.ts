import { readRunFile } from '../run/runFiles.ts';
import { useOverlay } from './overlay.ts';

/**
 * Lays the runs of files over the charts under the files' names; the same file again takes its run off. One after the
 * other: in their order, and no more than one of them in memory as text.
 */
export async function overlayFiles(files: readonly File[]): Promise<void> {
  for (const file of files) {
    const id = `file ${file.name} ${file.size} ${file.lastModified}`;
    const name = file.name.replace(/(\.dualgate)?\.json(\.gz)?$/i, '');
    await useOverlay.getState().toggle(id, name, async () => {
      const { state } = await readRunFile(file, id);
      return { config: state.config, record: state.record };
    });
  }
}
