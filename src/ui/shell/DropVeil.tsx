import { useEffect, useState } from 'react';
import { underWay, usePlayground } from '../../store/playground.ts';

/** Files may be dropped anywhere on the page; while they hover, the page says what it will do with them. */
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
      usePlayground.getState().take([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);

  const busy = usePlayground(({ run }) => underWay(run));
  if (!hovering) return null;
  return (
    <div className="drop-veil">
      <strong>Drop CIFAR-10 files or a run file</strong>
      <span className="muted">
        {busy
          ? 'Data are kept for the next run; the one under way goes on.'
          : 'Data are used by the next run.'}{' '}
        Nothing leaves this browser.
      </span>
    </div>
  );
}
