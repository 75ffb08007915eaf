import { useOverlay } from './overlay.ts';
import { readRunFile } from './runFiles.ts';

/** Lays the run of a file over the charts under the file's name; the same file again takes it off. */
export async function overlayFile(file: File): Promise<void> {
  const id = `file ${file.name} ${file.size} ${file.lastModified}`;
  const name = file.name.replace(/(\.dualgate)?\.json(\.gz)?$/i, '');
  await useOverlay.getState().toggle(id, name, async () => {
    const { state } = await readRunFile(file, id);
    return { config: state.config, record: state.record };
  });
}
