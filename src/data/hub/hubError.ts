import { DataError } from '../images/dataset.ts';

/**
 * Why a download failed. offline: this machine has no network. refused: there was no answer that the page may
 * read (no route, a firewall, a missing CORS header: browsers do not tell them apart). status: the answer was
 * an error. cut: the connection broke off, or nothing came over it, again and again. layout: the tables are
 * not those that the catalogue describes. images: the tables are right, but their images cannot be used: they
 * are too many for the memory, or one was not decoded. quota: there is no room to keep it. absent: a run
 * needs what is not kept.
 */
export type HubFault = 'offline' | 'refused' | 'status' | 'cut' | 'layout' | 'images' | 'quota' | 'absent';

/** A failed download, in words for the user. Where files from disk would help, the words say so. */
export class HubError extends DataError {
  constructor(
    readonly fault: HubFault,
    message: string,
    /** HTTP status, if an answer came. */
    readonly status: number | null = null,
    /** Paths of the files that are not as expected; what is kept of them is useless. */
    readonly damaged: readonly string[] = [],
  ) {
    super(message);
  }
}

/** The advice to use files instead, which is always possible. */
export const BY_FILES =
  'You can also download the .parquet files yourself, from the data set’s page, and drop them on this page.';

/** What an HTTP error status means, and what to do. */
export function statusError(url: string, status: number): HubError {
  const [what, advice] = meaning(status);
  return new HubError(
    'status',
    `${hostOf(url)} answered ${status} (${what}): expected a part of ${fileOf(url)}. ${advice} ${BY_FILES}`,
    status,
  );
}

function meaning(status: number): readonly [what: string, advice: string] {
  if (status === 200) {
    return [
      'the whole file',
      'A proxy on the way seems not to pass requests for parts on; try another network.',
    ];
  }
  if (status === 401 || status === 403) {
    return ['access refused', 'The data set may have become gated, or a firewall may be in the way.'];
  }
  if (status === 404) return ['not there', 'The data set was moved or taken down.'];
  if (status === 416) return ['no such part', 'The file is shorter than it said before.'];
  if (status === 429) return ['too many requests', 'Wait some minutes, then go on.'];
  if (status >= 500) return ['trouble at the host', 'Try again later.'];
  return ['an answer that nobody expected', 'Try again later.'];
}

export function offlineError(url: string): HubError {
  return new HubError(
    'offline',
    `This browser is offline: expected ${hostOf(url)} to answer, got no network. Connect, then go on: what came is kept. ${BY_FILES}`,
  );
}

export function refusedError(url: string, reason: string): HubError {
  return new HubError(
    'refused',
    `${hostOf(url)} or its storage host could not be reached, or does not let web pages read the file (CORS); ` +
      `the browser says only “${reason}”. Check the network and its filters, then try again. ${BY_FILES}`,
  );
}

/** @param ms the time for which nothing came, milliseconds */
export function silentError(url: string, ms: number): HubError {
  return new HubError(
    'cut',
    `${hostOf(url)} or its storage host fell silent: expected a part of ${fileOf(url)}, got nothing for ${ms / 1000} s. ` +
      `Go on when the network is steadier: what came whole is kept. ${BY_FILES}`,
  );
}

export function cutError(url: string, got: number, wanted: number, attempts: number): HubError {
  return new HubError(
    'cut',
    `The connection broke off ${attempts} times: expected ${wanted} bytes of ${fileOf(url)}, got ${got}. ` +
      `Go on when the network is steadier: what came whole is kept. ${BY_FILES}`,
  );
}

/**
 * An error about tables that the catalogue does not describe.
 * @param difference what was expected and what came, a clause without a full stop
 * @param damaged paths of the files in which it was found; empty if only an answer was wrong, since nothing
 *   of it is kept
 */
export function layoutError(what: string, difference: string, damaged: readonly string[] = []): HubError {
  return new HubError(
    'layout',
    `${what} is not the table that this page knows: ${difference}. The data set was changed, or the answer was damaged. ${BY_FILES}`,
    null,
    damaged,
  );
}

/**
 * Tables that cannot be read.
 * @param fault what is wrong, in words
 * @param damaged paths of the files that may have the fault
 */
export function tableError(fault: string, damaged: readonly string[]): HubError {
  return new HubError('layout', `${fault} ${BY_FILES}`, null, damaged);
}

/** The tables are right, but their images cannot be used. @param fault what is wrong, in words */
export function imagesError(fault: string): HubError {
  return new HubError(
    'images',
    `${fault} What is kept of the data set stays. If it is a picture that is damaged, clear the data set under ` +
      '“From Hugging Face…” and download it again.',
  );
}

export function quotaError(label: string): HubError {
  return new HubError(
    'quota',
    `There is no room to keep ${label}: the browser gives this site no more storage. ` +
      'Clear data sets that you do not need, free space on the disk, or choose fewer images.',
  );
}

export function absentError(label: string): HubError {
  return new HubError(
    'absent',
    `${label} is not kept in this browser, or not all of it: expected the images of an earlier download. ` +
      'Open “From Hugging Face…” in the Data panel and download them. A run never downloads by itself.',
  );
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function fileOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? url;
}
