import { create } from 'zustand';
import { remember, remembered } from '../platform/remembered.ts';
import {
  type Hideable,
  linkWithoutRun,
  linkWithScene,
  PLAIN_SCENE,
  type Scene,
  STORY_LENGTH,
  sceneOfLink,
} from '../run/links/scene.ts';
import { isEmbedded, rewriteAddress } from './address.ts';

export { HIDEABLE, type Hideable, type Scene, STORY_LENGTH } from '../run/links/scene.ts';

/** How the page is presented. It is in the page's address, so that a reload keeps it. */
export interface PageScene extends Scene {
  /** Whether the page stands in a frame of another site. */
  readonly embedded: boolean;
  /** Shows the page as a link presents it. */
  show(scene: Scene): void;
  /** Tells a step of the story; null closes it. The next visit goes on from there. */
  tell(step: number | null): void;
  /** Shows every part that a link has hidden. */
  showAll(): void;
}

const KEY = 'dualgate-story';

export const useScene = create<PageScene>()((set, get) => {
  const there = globalThis.location;
  const first = sceneOfLink(there?.hash ?? '');

  function change(change: Partial<Scene>): void {
    const { story, hidden } = { ...get(), ...change };
    // A link opens a step of the story or a run, so the address names one of them.
    const rest = (hash: string) => (story === null ? hash : linkWithoutRun(hash));
    rewriteAddress((hash) => linkWithScene(rest(hash), { story, hidden }));
    set({ story, hidden });
  }

  return {
    // A link that cannot be used is refused in words when it is followed.
    ...(typeof first === 'string' ? PLAIN_SCENE : first),
    embedded: isEmbedded(there?.search ?? ''),
    show: ({ story, hidden }) => {
      if (story !== null) remember(KEY, String(story));
      set({ story, hidden });
    },
    tell: (story) => {
      if (story !== null) remember(KEY, String(story));
      change({ story });
    },
    showAll: () => change({ hidden: [] }),
  };
});

/** Whether a link has hidden this part of the page. */
export function isHidden(part: Hideable): boolean {
  return useScene.getState().hidden.includes(part);
}

/** The step of the story where the last visit left it; 1 if it was not begun, or was told to its end. */
export function stepToGoOn(): number {
  const kept = Number(remembered(KEY));
  return Number.isInteger(kept) && kept >= 1 && kept < STORY_LENGTH ? kept : 1;
}
