/** The vaults of this site's other tabs. */
export interface OtherTabs {
  /** Says that the index, or who trains a run, has changed. */
  changed(): void;
}

/**
 * @param name the same in all tabs
 * @param look is called after others have said so: once for all that came while it waited its turn
 * @param later runs work after what the vault is doing now
 */
export function otherTabs(
  name: string,
  look: () => Promise<void>,
  later: (work: () => Promise<void>) => void,
): OtherTabs {
  const channel = new BroadcastChannel(name);
  let waits = false;
  channel.addEventListener('message', () => {
    if (waits) return;
    waits = true;
    later(() => {
      waits = false;
      return look();
    });
  });
  return { changed: () => channel.postMessage('changed') };
}
