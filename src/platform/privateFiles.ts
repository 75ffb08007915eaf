import { withheld } from './secureContext.ts';

/** Bytes that the site uses, and bytes that it may use, as the browser estimates them. */
export interface Space {
  readonly used: number;
  readonly quota: number;
}

/**
 * The top folder of the files that the browser keeps for this site alone.
 * @throws Error that says why there is none: plain http, or a browser that keeps nothing
 * @throws DOMException where the browser does not allow it (private windows, blocked storage)
 */
export async function privateFiles(): Promise<FileSystemDirectoryHandle> {
  const { storage }: { readonly storage?: StorageManager } = navigator;
  if (typeof storage?.getDirectory !== 'function') throw withheld('no file system for pages');
  return storage.getDirectory();
}

/** null where the browser does not tell. */
export async function spaceOfSite(): Promise<Space | null> {
  const { storage }: { readonly storage?: StorageManager } = globalThis.navigator ?? {};
  const { usage, quota } = (await storage?.estimate?.().catch(() => null)) ?? {};
  return usage === undefined || quota === undefined ? null : { used: usage, quota };
}

/**
 * Whether the browser may delete this site's files when the disk gets full. False where it cannot be asked to
 * keep them.
 */
export async function mayBeDeleted(): Promise<boolean> {
  const { storage }: { readonly storage?: StorageManager } = globalThis.navigator ?? {};
  if (typeof storage?.persist !== 'function' || typeof storage.persisted !== 'function') return false;
  return !(await storage.persisted().catch(() => true));
}

/** Asks that the browser keeps this site's files when the disk gets full. @returns whether it will */
export async function askToKeep(): Promise<boolean> {
  const { storage }: { readonly storage?: StorageManager } = globalThis.navigator ?? {};
  return (await storage?.persist?.().catch(() => false)) ?? false;
}
