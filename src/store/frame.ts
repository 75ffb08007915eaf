import { type Hideable, linkWithScene } from '../run/links/scene.ts';
import { linkWithTab } from '../run/links/tabs.ts';
import { usePlace } from './place.ts';
import { placeNow } from './player/goTo.ts';
import { usePlayground } from './playground.ts';
import { recordedLink } from './recorded/recordedLink.ts';
import { byProject, stepsMade } from './run/run.ts';
import { useScene } from './scene.ts';
import { settingsLink } from './share.ts';

/** What a link from this page opens. */
export interface Opens {
  /** “step 2 of the story”, as the end of a sentence. */
  readonly words: string;
  /** The part of the link after “#”. */
  readonly hash: string;
}

/** What a link opens that shows what the page shows now. @param hidden what it hides */
export async function pageOpens(hidden: readonly Hideable[]): Promise<Opens> {
  const { story } = useScene.getState();
  if (story !== null)
    return { words: `step ${story} of the story`, hash: linkWithScene('', { story, hidden }) };
  const { run } = usePlayground.getState();
  const by = byProject(run);
  const { tab } = usePlace.getState();
  const inTab = (hash: string) => linkWithScene(linkWithTab(hash, tab), { story: null, hidden });
  if (by === null) return { words: 'the settings of the next run', hash: inTab((await settingsLink()).hash) };
  const place = placeNow(run === null ? 0 : stepsMade(run));
  const hash = inTab(recordedLink({ ...place, system: by.system }));
  if (place.dial !== null)
    return { words: `this recorded run, its dial at ${Math.round(100 * place.dial)} %`, hash };
  return place.step === null
    ? { words: 'this recorded run, which plays', hash }
    : { words: `step ${place.step} of this recorded run`, hash };
}

/** Sizes of frames that the page is laid out for, CSS pixels. */
export const FRAME_SIZES: readonly (readonly [width: number, height: number])[] = [
  [480, 360],
  [640, 480],
  [900, 600],
];

/**
 * HTML of a frame with the page in it. It may write to the clipboard, for its own links; and where the page
 * around it is cross-origin isolated, so is the frame.
 * @param link address of the page in a frame
 */
export function frameHtml(link: string, [width, height]: readonly [width: number, height: number]): string {
  const allow = 'clipboard-write; cross-origin-isolated';
  return `<iframe src="${link.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" width="${width}" height="${height}" title="DualGate" loading="lazy" allow="${allow}" style="border: 0"></iframe>`;
}
