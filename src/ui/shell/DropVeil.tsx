import { useEffect, useState } from 'react';
import { useHandOver } from '../../store/data/handOver.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { count } from './format.ts';

/**
 * Files can be dropped anywhere on the page. While they hover over it, the page says what it will do with
 * them.
 */
export function DropVeil() {
  const [hovering, setHovering] = useState(false);

  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setHovering(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(false);
      if (event.dataTransfer) hand(event.dataTransfer);
    };
    // A browser drops only where both were answered: what is under the pointer may change at any time.
    for (const event of ['dragenter', 'dragover'] as const) window.addEventListener(event, over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      for (const event of ['dragenter', 'dragover'] as const) window.removeEventListener(event, over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);

  const busy = usePlayground(({ run }) => underWay(run));
  const looking = useHandOver((state) => state.looking);
  if (looking) return <Looking {...looking} />;
  if (!hovering) return null;
  return (
    <div className="drop-veil">
      <strong>Drop images, a folder of them, a data set’s files, or a run</strong>
      <span className="muted">
        {busy
          ? 'Data are kept for the next run; the one under way goes on.'
          : 'Data are used by the next run.'}{' '}
        Nothing leaves this browser.
      </span>
    </div>
  );
}

/**
 * Hands over what was dropped. It reads folders with all they contain; files without a folder are a run or
 * images. It must ask for the entries before the drop's event ends.
 */
function hand({ items, files }: DataTransfer): void {
  const entries = [...items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  const known = entries.filter((entry) => entry !== null);
  if (known.some(({ isDirectory }) => isDirectory)) useHandOver.getState().drop(known);
  else usePlayground.getState().take([...files]);
}

function Looking({ what, found }: { readonly what: string; readonly found: number }) {
  return (
    <div className="drop-veil looking">
      <strong role="status">
        Looking through {what}: {count(found)} {found === 1 ? 'file' : 'files'}
      </strong>
      <button type="button" className="button" onClick={useHandOver.getState().cancel}>
        Cancel
      </button>
    </div>
  );
}
