import { Download } from 'lucide-react';
import { type Hub, useHub } from '../../store/data/hub.ts';

/**
 * Opens the dialog for data sets. While a download goes on with the dialog closed, it says how far that is.
 */
export function HubButton() {
  const label = useHub(buttonLabel);
  const { show } = useHub.getState();
  return (
    <button type="button" className="button hub-button" aria-haspopup="dialog" onClick={show}>
      <Download size={14} aria-hidden /> {label}
    </button>
  );
}

function buttonLabel({ phase }: Hub): string {
  if (phase.kind !== 'downloading') return 'From Hugging Face…';
  const { progress } = phase;
  if (progress === null || progress.totalBytes === 0) return 'Downloading…';
  return `Downloading… ${Math.floor((100 * progress.bytes) / progress.totalBytes)} %`;
}
