import { withheld } from './secureContext.ts';

/** Locks between the tabs of this site. @throws Error that says why there are none */
export function webLocks(): LockManager {
  const { locks }: { readonly locks?: LockManager } = navigator;
  if (!locks) throw withheld('no Web Locks');
  return locks;
}
