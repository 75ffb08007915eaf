import { create } from 'zustand';
import { systemOf } from '../network/fromConfig.ts';
import { copyText } from '../platform/clipboard.ts';
import { PRESETS } from '../presets.ts';
import { type OwnMoment, ownLink, ownOfLink } from '../run/links/momentLink.ts';
import { linkWithScene, PLAIN_SCENE, sceneOfLink } from '../run/links/scene.ts';
import type { LinkedSettings, LinkedSource } from '../run/links/shareLink.ts';
import { linkWithTab, TABS, tabOfLink } from '../run/links/tabs.ts';
import { linkTo } from './address.ts';
import { usePlace } from './place.ts';
import { usePlayground } from './playground.ts';
import { useRecorded } from './recorded/recorded.ts';
import { type RecordedMoment, recordedLink, recordedOfLink } from './recorded/recordedLink.ts';
import { identityOf } from './run/run.ts';
import { useScene } from './scene.ts';
import { changedFields, missingFor, type Settings, useSettings } from './settings.ts';

type Chosen = Pick<Settings, 'preset' | 'config' | 'source' | 'engine' | 'missing' | 'elsewhere'>;

/** A link that was used, when the page was opened or later. */
export interface Followed {
  /** The new settings, in words. */
  readonly words: string;
  /** Whether the link's run was trained on its author's own files, which a link cannot contain. */
  readonly ownImages: boolean;
  /** The settings before. */
  readonly before: Chosen;
}

/**
 * What a link carries: the settings of the next run, a moment of a recorded run or of another one, or a step
 * of the story.
 */
export type LinkOf = 'settings' | 'moment' | 'own moment' | 'story';

/** A moment of a run on the page. */
export type LinkedMoment = RecordedMoment | OwnMoment;

/** Result of the request for a link. */
export type Handed =
  | { readonly kind: 'copied'; readonly of: LinkOf; readonly ownImages: boolean }
  /** The browser refused the clipboard, so the page shows the link. */
  | { readonly kind: 'shown'; readonly of: LinkOf; readonly link: string; readonly ownImages: boolean };

/** Links that contain settings or a recorded run: making them, and opening the page with one. */
export interface Share {
  readonly followed: Followed | null;
  /** The reason why a link was not used. */
  readonly refusal: string | null;
  /** The moment of a link whose run this browser does not have. It is shown once the run's file is opened. */
  readonly awaited: OwnMoment | null;
  readonly handed: Handed | null;
  /**
   * Hides what a link hides, opens its tab and its step of the story, and uses its settings for the next run,
   * which does not change the present run; or shows the moment of a run that it names. Never throws.
   */
  follow(hash: string): Promise<void>;
  /** Restores the settings that a link has changed. */
  undo(): void;
  /** Copies a link with the page's settings and its open tab to the clipboard, or shows it. */
  copyLink(): Promise<void>;
  /** Copies a link to a moment of a run, or shows it. */
  copyMoment(moment: LinkedMoment): Promise<void>;
  /** Copies a link to the step of the story that is told, with what is hidden now, or shows it. */
  copyStep(): Promise<void>;
  dismiss(): void;
}

const NOTHING = { followed: null, refusal: null, awaited: null, handed: null };

export const useShare = create<Share>()((set, get) => ({
  ...NOTHING,
  follow: async (hash) => {
    const refuse = (refusal: string) => set({ ...NOTHING, refusal });
    const named = new URLSearchParams(hash.replace(/^#/, '')).get('tab');
    if (named !== null && tabOfLink(hash) === null)
      return refuse(`It names a tab that this page does not have: “${named.slice(0, 40)}”.`);
    const scene = sceneOfLink(hash);
    if (typeof scene === 'string') return refuse(scene);
    useScene.getState().show(scene);
    usePlace.getState().follow(hash);
    const settings = linkWithScene(linkWithTab(hash, TABS[0]), PLAIN_SCENE);
    if (settings === '') return;
    const recorded = recordedOfLink(settings);
    if (typeof recorded === 'string') return refuse(recorded);
    if (recorded !== null) return useRecorded.getState().open(recorded.system, recorded.step, recorded);
    const own = ownOfLink(settings);
    if (typeof own === 'string') return refuse(own);
    set({ ...NOTHING, ...(own !== null ? await showOwn(own) : await takeSettings(settings)) });
  },
  undo: () => {
    const { followed } = get();
    if (followed) useSettings.setState(followed.before);
    set(NOTHING);
  },
  copyLink: async () => {
    const { hash, ownImages } = await settingsLink();
    set({ ...NOTHING, handed: await handedOut(hash, 'settings', ownImages) });
  },
  copyMoment: async (moment) => {
    const handed =
      'run' in moment
        ? handedOut(ownLink(moment), 'own moment', false)
        : handedOut(recordedLink(moment), 'moment', false);
    set({ ...NOTHING, handed: await handed });
  },
  copyStep: async () => {
    const { story, hidden } = useScene.getState();
    set({ ...NOTHING, handed: await handedOut(linkWithScene('', { story, hidden }), 'story', false) });
  },
  dismiss: () => set(NOTHING),
}));

// The file of the run that a link waits for may be opened at any time.
usePlayground.subscribe(({ run }, before) => {
  const { awaited } = useShare.getState();
  if (run === null || run.run === before.run?.run || awaited === null) return;
  if (identityOf(run) !== awaited.run) return;
  useShare.setState(NOTHING);
  void showOwn(awaited).then((outcome) => useShare.setState(outcome));
});

/** Shows a moment of an own run, or tells why not. */
async function showOwn(moment: OwnMoment): Promise<Partial<Pick<Share, 'refusal' | 'awaited'>>> {
  // It is loaded when it is first needed, because few links name such a moment.
  const outcome = import('./player/ownMoment.ts').then(({ openOwnMoment }) => openOwnMoment(moment));
  useRecorded.getState().waitFor(outcome);
  const found = await outcome;
  if (found === 'shown') return {};
  return found === 'elsewhere' ? { awaited: moment } : { refusal: found.refusal };
}

/** Takes the settings of a link for the next run, or tells why not. */
async function takeSettings(hash: string): Promise<Partial<Pick<Share, 'followed' | 'refusal'>>> {
  // This is loaded when it is first needed, because the schema library would delay the first paint.
  const { settingsOfLink, LinkError } = await import('../run/links/shareLink.ts');
  try {
    const linked = settingsOfLink(hash);
    const { preset, config, source, engine, missing, elsewhere } = useSettings.getState();
    const before: Chosen = { preset, config, source, engine, missing, elsewhere };
    const ownImages = linked.source.kind === 'own';
    // Images that a link names are meant, whatever its preset was made for.
    useSettings.setState({
      ...linked,
      ...(linked.source.kind === 'own'
        ? { source, ...missingFor(linked.preset, source) }
        : { source: linked.source, missing: null, elsewhere: false }),
    });
    return { followed: { words: wordsOf(linked), ownImages, before } };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { refusal: error.message };
  }
}

/** The part of a link after “#” that carries the settings of the next run, without the open tab. */
export async function settingsLink(): Promise<{ readonly hash: string; readonly ownImages: boolean }> {
  const { linkOf } = await import('../run/links/shareLink.ts');
  const { preset, config, source: chosen, engine } = useSettings.getState();
  const source: LinkedSource = chosen.kind === 'files' ? { kind: 'own' } : chosen;
  return { hash: linkOf({ preset, config, source, engine }), ownImages: source.kind === 'own' };
}

/**
 * @param hash the part of the link after “#”. The open tab is added; a step of the story opens its own.
 */
async function handedOut(hash: string, of: LinkOf, ownImages: boolean): Promise<Handed> {
  const link = linkTo(location.href, of === 'story' ? hash : linkWithTab(hash, usePlace.getState().tab));
  return (await copyText(link)) ? { kind: 'copied', of, ownImages } : { kind: 'shown', of, link, ownImages };
}

/** “Dual gating, t_d 0.40, seed 7; 3 numbers differ from the preset “Emoji, minutes”.” */
function wordsOf({ preset, config }: LinkedSettings): string {
  const system = systemOf(config);
  const budget = system.branches.includes('gated') ? `, t_d ${config.budget.toFixed(2)}` : '';
  const changed = changedFields({ preset, config }).filter((key) => key !== 'budget').length;
  const label = PRESETS.find(({ id }) => id === preset)?.label ?? preset;
  const differing = changed === 0 ? 'all' : changed === 1 ? 'all but one of' : `all but ${changed} of`;
  return `${system.label}${budget}, seed ${config.seed}, ${differing} the other numbers as in the preset “${label}”`;
}
