import { BookOpen } from 'lucide-react';
import { STORY_LENGTH, stepToGoOn, useScene } from '../../store/scene.ts';

/** Id of the button that opens the story, to which the focus returns. */
export const STORY_ENTRY = 'story-entry';

/** Opens the story where the last visit left it. */
export function StoryEntry() {
  const told = useScene(({ story }) => story !== null);
  const step = stepToGoOn();
  if (told) return null;
  return (
    <button
      type="button"
      id={STORY_ENTRY}
      className="button quiet story-entry"
      onClick={() => useScene.getState().tell(step)}
    >
      <BookOpen size={14} aria-hidden />
      {step === 1 ? 'The story in five steps' : `Go on with the story, ${step} of ${STORY_LENGTH}`}
    </button>
  );
}
