/** “Duplicate its settings” stands in the menu of a run. */
export const BEGIN_AGAIN = 'Begin again with “Duplicate its settings”.';

/** The request cannot be fulfilled. The message is for the user. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
}

/** A fault as a sentence. Browsers end some of theirs with a full stop. */
export function sentence(fault: string): string {
  return fault.endsWith('.') ? fault : `${fault}.`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
