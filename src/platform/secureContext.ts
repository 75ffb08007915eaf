/**
 * Browsers give storage, locks, the GPU, hashes and the clipboard only to pages opened by https or as
 * localhost. A page opened by plain http from another computer lacks them all. Only the modules of this room
 * touch them, except the GPU, which is asked for in adapter.ts.
 */
export const OPEN_SECURELY =
  'the page was opened by plain http from another computer, where browsers give a page no storage and no GPU; open it by https, or as localhost on the computer that serves it';

/** Whether the browser withholds what it gives to secure pages only. Never true in Node. */
export function isInsecure(scope: { readonly isSecureContext?: boolean } = globalThis): boolean {
  return scope.isSecureContext === false;
}

/** The error for what the browser does not give. @param lack what it lacks, after “this browser has” */
export function withheld(lack: string): Error {
  return new Error(isInsecure() ? OPEN_SECURELY : `this browser has ${lack}`);
}
