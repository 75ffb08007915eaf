import { prefersStillness } from '../../platform/stillness.ts';

/** How long the page waits for a panel to appear, milliseconds: the code of its tab may have to be loaded. */
const PATIENCE_MS = 8000;
/** Room above the panel, CSS pixels. */
const GAP = 10;
/** In lower frames the story stands above the panels, so the page does not scroll away from it. */
const HIGH = '(min-height: 480px)';

/**
 * Points at the panel of a topic: marks it, and scrolls to it once it is on the page, unless the user scrolls
 * first.
 * @returns what takes the mark away
 */
export function pointAt(topic: string): () => void {
  const { dataset } = document.documentElement;
  dataset.points = topic;
  const began = performance.now();
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  for (const act of ['wheel', 'touchmove', 'pointerdown'])
    window.addEventListener(act, stop, { once: true, passive: true, signal: stopped.signal });

  function seek(): void {
    if (stopped.signal.aborted || performance.now() - began > PATIENCE_MS) return;
    if (!scrollToPanel(topic)) requestAnimationFrame(seek);
  }
  if (matchMedia(HIGH).matches) seek();
  return () => {
    stop();
    delete dataset.points;
  };
}

/**
 * Scrolls to the panel of a topic. Only this page moves: `scrollIntoView` would scroll a page around it too.
 * @returns whether the panel is on the page
 */
export function scrollToPanel(topic: string): boolean {
  const box = document.querySelector(`[data-topic="${topic}"]`)?.getBoundingClientRect();
  // A panel of another tab has no size.
  if (!box || box.height === 0) return false;
  const head = document.querySelector('.top');
  const sticks = head !== null && getComputedStyle(head).position === 'sticky';
  const covered = sticks ? head.getBoundingClientRect().height : 0;
  window.scrollTo({
    top: window.scrollY + box.top - covered - GAP,
    behavior: prefersStillness() ? 'instant' : 'smooth',
  });
  return true;
}
