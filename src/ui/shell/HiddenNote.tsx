import { Eye } from 'lucide-react';
import { useScene } from '../../store/scene.ts';
import { CONTENT } from './SkipLink.tsx';

/** Says what a link has hidden, and brings it back. */
export function HiddenNote() {
  const hidden = useScene((scene) => scene.hidden);
  if (hidden.length === 0) return null;
  return (
    <p className="hidden-note">
      Hidden by the link: {hidden.join(', ')}.
      <button
        type="button"
        className="button tiny"
        onClick={() => {
          useScene.getState().showAll();
          // The button is gone, and the focus must not be lost with it.
          document.getElementById(CONTENT)?.focus({ preventScroll: true });
        }}
      >
        <Eye size={13} aria-hidden /> Show all controls
      </button>
    </p>
  );
}
