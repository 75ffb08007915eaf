import { ChevronLeft, ChevronRight, Link, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { prefersStillness } from '../../platform/stillness.ts';
import { STORY_LENGTH, useScene } from '../../store/scene.ts';
import { useShare } from '../../store/share.ts';
import { STORY, useStory } from '../../store/story/story.ts';
import { CONTENT } from '../shell/SkipLink.tsx';
import { pointAt, scrollToPanel } from './pointing.ts';
import { STORY_ENTRY } from './StoryEntry.tsx';
import { STORY_TITLES, sentencesOf } from './storyWords.ts';
// With the code that it belongs to, because the page is drawn without both.
import '../styles/story.css';

/** A step of the story: what to see, in words, and the ways on. @property step from 1 */
export default function StoryPanel({ step }: { readonly step: number }) {
  const told = useStory((story) => (story.told?.step === step ? story.told : null));
  const complaint = useStory((story) => story.complaint);
  const panel = useRef<HTMLElement>(null);
  const id = useId();

  useEffect(() => void useStory.getState().tell(step, prefersStillness()), [step]);
  useEffect(() => {
    if (told) return pointAt(STORY[told.step - 1]!.points);
  }, [told]);
  useEffect(() => {
    // Who opened the story goes on with keys. A frame takes no focus from the page around it.
    if (document.hasFocus()) panel.current?.focus({ preventScroll: true });
    return () => {
      const entry = document.getElementById(STORY_ENTRY) ?? document.getElementById(CONTENT);
      if (document.hasFocus() && document.activeElement === document.body)
        entry?.focus({ preventScroll: true });
    };
  }, []);

  return (
    <section
      ref={panel}
      className="story"
      aria-labelledby={`${id}-title`}
      tabIndex={-1}
      onKeyDown={(event) => heed(event, step)}
    >
      <header>
        <span className="muted">
          {step} of {STORY_LENGTH}
        </span>
        <h2 id={`${id}-title`}>{STORY_TITLES[step - 1]}</h2>
        <button
          type="button"
          className="button quiet tiny"
          aria-label="Close the story"
          title="Close the story: Esc"
          onClick={() => go(null)}
        >
          <X size={15} aria-hidden />
        </button>
      </header>
      <div aria-live="polite">
        {told && <p>{sentencesOf(told).join(' ')}</p>}
        {!told && complaint === null && <p className="muted">The recorded run is on its way.</p>}
      </div>
      {complaint !== null && (
        <p className="fault" role="alert">
          The run of this step could not be shown. {complaint}{' '}
          <button
            type="button"
            className="button tiny"
            onClick={() => void useStory.getState().tell(step, prefersStillness())}
          >
            Try again
          </button>
        </p>
      )}
      <div className="ways">
        <button
          type="button"
          className="button"
          // It keeps the focus at the first step too, which `disabled` would take.
          aria-disabled={step === 1}
          onClick={() => go(step - 1)}
        >
          <ChevronLeft size={14} aria-hidden /> Back
        </button>
        <button type="button" className="button primary" onClick={() => go(after(step))}>
          {step === STORY_LENGTH ? (
            'Close'
          ) : (
            <>
              Next <ChevronRight size={14} aria-hidden />
            </>
          )}
        </button>
        <button
          type="button"
          className="button show-panel"
          onClick={() => scrollToPanel(STORY[step - 1]!.points)}
        >
          Show it
        </button>
        <button
          type="button"
          className="button quiet"
          onClick={() => void useShare.getState().copyStep()}
          title="Copy link to this step"
        >
          <Link size={14} aria-hidden /> <span>Copy link to this step</span>
        </button>
      </div>
    </section>
  );
}

/** @param step null closes the story; a step before the first does nothing */
function go(step: number | null): void {
  if (step !== 0) useScene.getState().tell(step);
}

function after(step: number): number | null {
  return step < STORY_LENGTH ? step + 1 : null;
}

/** Arrow keys go through the story while it has the focus, and Escape closes it. */
function heed(event: KeyboardEvent, step: number): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === 'ArrowRight' && step < STORY_LENGTH) go(step + 1);
  else if (event.key === 'ArrowLeft') go(step - 1);
  else if (event.key === 'Escape') go(null);
  else return;
  event.preventDefault();
  // On the page, these keys take a step of a run and give up a selection.
  event.stopPropagation();
}
