import { useEffect } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { saveFile } from '../shell/download.ts';

/** Gives files that the store has ready to the browser's downloads, whichever tab is open. Draws nothing. */
export function Downloads() {
  const download = usePlayground((state) => state.download);
  useEffect(() => {
    if (!download) return;
    saveFile(download.name, download.file);
    usePlayground.getState().downloaded();
  }, [download]);
  return null;
}
