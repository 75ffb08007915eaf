/** Images that are marked. */
export interface Marks {
  /** Index of the pinned map image. */
  readonly image: number | null;
  /** Index of the map image that is kept beside it. */
  readonly against: number | null;
}

export const NO_MARKS: Marks = { image: null, against: null };

/** A place in a run: a step, or its end with the dial turned, and the images that are marked there. */
export interface Place extends Marks {
  /** Null for where the run begins to be shown: a recorded one plays, any other stands at its end. */
  readonly step: number | null;
  /**
   * Budget of a point of the dial, a share of the dense MACs; null for the run as it was trained. The step is
   * null beside it.
   */
  readonly dial: number | null;
}

/** A moment of a run that was trained or opened in a browser, as a link names it. */
export interface OwnMoment extends Place {
  /** What links know the run by. */
  readonly run: string;
}

const KEYS = ['step', 'image', 'against'] as const;

/** Adds a place to the part of a link after “#”. */
export function sayPlace(said: URLSearchParams, place: Place): void {
  for (const key of [...KEYS, 'dial'] as const) {
    const value = place[key];
    if (value !== null) said.set(key, String(value));
  }
}

/**
 * The place in the part of a link after “#”. A text that says why it cannot be used.
 * @param name the key that names the run
 */
export function placeOfLink(said: URLSearchParams, name: string): Place | string {
  for (const key of KEYS) {
    const text = said.get(key);
    if (text !== null && !/^\d{1,7}$/.test(text))
      return `Its “${key}” must be a whole number, got “${text.slice(0, 40)}”.`;
  }
  const keys = [...said.keys()];
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) return `It says “${twice.slice(0, 40)}” twice.`;
  const unknown = keys.find((key) => ![name, 'dial', ...KEYS].includes(key));
  if (unknown !== undefined) return `It has a part that this page does not know: “${unknown.slice(0, 40)}”.`;
  const dial = said.get('dial');
  if (dial !== null && !isShare(dial))
    return `Its “dial” must be a share above 0 and up to 1, got “${dial.slice(0, 40)}”.`;
  if (dial !== null && said.has('step'))
    return 'It names a step beside a place of the dial: a link can open one of them.';
  const [step, image, against] = KEYS.map((key) => numberIn(said.get(key)));
  return { step: step ?? null, dial: numberIn(dial), image: image ?? null, against: against ?? null };
}

function isShare(text: string): boolean {
  return /^\d?\.?\d+(e-\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= 1;
}

function numberIn(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** The part of a link after “#” to a moment of an own run. */
export function ownLink({ run, ...place }: OwnMoment): string {
  const said = new URLSearchParams({ run });
  sayPlace(said, place);
  return said.toString();
}

/** The moment of an own run that a link names; null if it names none. A text says why it cannot be used. */
export function ownOfLink(hash: string): OwnMoment | string | null {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const run = said.get('run');
  if (run === null) return null;
  if (!/^[0-9a-z-]{1,64}$/.test(run))
    return `It names no run: expected at most 64 of 0–9, a–z and “-”, got “${run.slice(0, 40)}”.`;
  const place = placeOfLink(said, 'run');
  return typeof place === 'string' ? place : { run, ...place };
}

/** Why images cannot be marked in a run whose maps show `images`; null if they can. */
export function imageFault({ image, against }: Marks, images: number): string | null {
  const wrong = [image, against].find((one) => one !== null && one >= images);
  if (wrong === undefined || wrong === null) return null;
  return images === 0
    ? `It marks image ${wrong}, but no map image of this run is known.`
    : `It marks image ${wrong}, but the maps of this run show images 0 to ${images - 1}.`;
}
