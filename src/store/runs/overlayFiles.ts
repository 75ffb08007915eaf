import { readRunFile } from '../run/runFiles.ts';
import { useOverlay } from './overlay.ts';

/**
 * Draws the runs of files over the charts, under the files' names. A file that is drawn already is removed.
 * The files are read one after another, so that their order stays and only one of them is in memory as text.
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
