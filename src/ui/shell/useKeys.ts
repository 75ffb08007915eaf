import { useHotkeys } from 'react-hotkeys-hook';
import { usePlayground } from '../../store/playground.ts';
import { useSelection } from '../../store/run/selection.ts';
import { useShown } from '../../store/run/shown.ts';
import { isHidden } from '../../store/scene.ts';
import { hasGates, useSettings } from '../../store/settings.ts';
import { useShare } from '../../store/share.ts';

/** Elements in which keys write or choose. An open dialog counts too, because it takes all keys. */
const TYPING = 'dialog, select, textarea, input:not([type="range"], [type="radio"], [type="checkbox"])';
/**
 * Elements that use Space themselves. A slider does not: after its drag, Space starts and pauses. Nor does
 * the page's main part, to which the skip link leads.
 */
const PRESSED = `${TYPING}, input:not([type="range"]), button, summary, a, [tabindex]:not(main)`;
/** Elements that use the arrow keys themselves. */
const OCCUPIED = `${PRESSED}, input`;

const BUDGET_STEP = 0.05;

/** The page's keys. */
export function useKeys(openHelp: () => void): void {
  const { toggle, step, reset, setBudget } = usePlayground.getState();
  const { toggleClass, toggleLasso, clear } = useSelection.getState();
  const { copyLink } = useShare.getState();
  const anywhere = { ...OPTIONS, ignoreEventWhen: (event: KeyboardEvent) => within(event, TYPING) };
  const ofTraining = (selector: string) => ({
    ...OPTIONS,
    // What a link has hidden has no keys either.
    ignoreEventWhen: (event: KeyboardEvent) => isHidden('training') || within(event, selector),
  });
  useHotkeys('space', toggle, { ...ofTraining(PRESSED), useKey: false });
  useHotkeys('arrowright', step, ofTraining(OCCUPIED));
  useHotkeys('r', reset, ofTraining(TYPING));
  const moveBudget = (by: number) => {
    if (hasBudget() && !isHidden('budget')) setBudget(moved(by));
  };
  useHotkeys('[', () => moveBudget(-BUDGET_STEP), anywhere);
  useHotkeys(']', () => moveBudget(BUDGET_STEP), anywhere);
  useHotkeys('1,2,3,4,5,6,7,8,9,0', ({ key }) => toggleClass((Number(key) + 9) % 10), anywhere);
  useHotkeys('l', toggleLasso, anywhere);
  useHotkeys('s', () => void copyLink(), anywhere);
  useHotkeys('?', openHelp, { ...anywhere, ignoreModifiers: true });
  // The first Escape leaves the dial, the next one lets go of what is marked.
  const leave = () => {
    const { run, turned, turn } = useShown.getState();
    if (run && turned) turn(run.run, null);
    else clear();
  };
  useHotkeys('escape', leave, { ...anywhere, preventDefault: false });
}

const OPTIONS = { preventDefault: true, useKey: true, enableOnFormTags: true };

/** True if a key belongs to the element under it, and not to the page. */
function within({ target }: KeyboardEvent, selector: string): boolean {
  // While a dialog is open, the focus may have moved to the page behind it.
  if (document.querySelector('dialog[open]') !== null) return true;
  return target instanceof Element && target.closest(selector) !== null;
}

/** True if the run has a budget. Without a gated branch it has none. */
function hasBudget(): boolean {
  return hasGates(useSettings.getState().config);
}

function moved(by: number): number {
  const { budget } = useSettings.getState().config;
  return Math.min(1, Math.max(0.05, Math.round(100 * (budget + by)) / 100));
}
