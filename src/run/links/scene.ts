/** Parts of the page that a link can hide, by the names that links use. */
export const HIDEABLE = [
  'settings',
  'preset',
  'data',
  'method',
  'numbers',
  'engine',
  'training',
  'player',
  'tabs',
  'budget',
  'network',
  'maps',
  'plot',
  'curves',
  'log',
  'story',
] as const;

export type Hideable = (typeof HIDEABLE)[number];

/** What names a run in a link: one that came with the page, or another. */
const RUNS = ['recorded', 'run'] as const;

/** Number of steps that the story has. */
export const STORY_LENGTH = 5;

/** How a link presents the page. */
export interface Scene {
  /** The step of the story that is told, 1–5; null if it is closed. */
  readonly story: number | null;
  /** Without repetition, in the order of `HIDEABLE`. */
  readonly hidden: readonly Hideable[];
}

/** The page as it is without a link. */
export const PLAIN_SCENE: Scene = { story: null, hidden: [] };

/** The scene in the part of a link after “#”. A text that says why such a link cannot be used. */
export function sceneOfLink(hash: string): Scene | string {
  const said = saidIn(hash);
  const twice = ['story', 'hide'].find((key) => said.getAll(key).length > 1);
  if (twice !== undefined) return `It says “${twice}” twice.`;
  const story = said.get('story');
  if (story !== null && !isStep(story))
    return `It names a step that the story does not have: expected 1 to ${STORY_LENGTH}, got “${shortened(story)}”.`;
  if (story !== null && RUNS.some((key) => said.has(key)))
    return 'It names a step of the story beside a run: a link can open one of them.';
  const hide = said.get('hide');
  const named = hide === null ? [] : hide.split(',');
  const unknown = named.find((name) => !HIDEABLE.some((part) => part === name));
  if (unknown !== undefined)
    return `It hides a part that this page does not have: expected any of ${HIDEABLE.join(', ')}, got “${shortened(unknown)}”.`;
  return {
    story: story === null ? null : Number(story),
    hidden: HIDEABLE.filter((part) => named.includes(part)),
  };
}

/** The part of a link after “#” with this scene, and everything else as it was. */
export function linkWithScene(hash: string, { story, hidden }: Scene): string {
  const said = saidIn(hash);
  said.delete('story');
  said.delete('hide');
  if (story !== null) said.set('story', String(story));
  const text = said.toString();
  // Commas are written as they are, so that the names can be read.
  return hidden.length === 0 ? text : `${text === '' ? '' : `${text}&`}hide=${hidden.join(',')}`;
}

/** The part of a link after “#” without the run that it names; its tab stays. */
export function linkWithoutRun(hash: string): string {
  const said = saidIn(hash);
  if (!RUNS.some((key) => said.has(key))) return said.toString();
  const tab = said.get('tab');
  return tab === null ? '' : new URLSearchParams({ tab }).toString();
}

function saidIn(hash: string): URLSearchParams {
  return new URLSearchParams(hash.replace(/^#/, ''));
}

function isStep(text: string): boolean {
  return /^[1-9]$/.test(text) && Number(text) <= STORY_LENGTH;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
