import { imagesKept, sweepImages } from '../data/images/keptImages.ts';
import { spaceOfSite } from '../platform/privateFiles.ts';
import { isInsecure } from '../platform/secureContext.ts';
import { uniqueName } from '../platform/uniqueName.ts';
import { CheckpointAssembly } from '../run/checkpoint/checkpointParts.ts';
import { openCatalogue } from './catalogue.ts';
import { openDisk } from './disk.ts';
import type { RunEntry } from './door/entry.ts';
import type { VaultCommand, VaultEvent } from './door/protocol.ts';
import { isResumable } from './door/pruning.ts';
import { isFull, NoRoom, noRoomWords } from './noRoom.ts';
import { otherTabs } from './otherTabs.ts';
import { lockedOwnership } from './ownership.ts';
import { Vault } from './vault.ts';
import { messageOf, VaultError } from './vaultError.ts';

// The worker that keeps runs. It does one command after another, so that a command never overtakes another
// one.

const NAME = 'dualgate-runs';

let vault: Promise<Vault> | null = null;
let work: Promise<void> = Promise.resolve();
const assembly = new CheckpointAssembly();
/** Runs of other tabs whose end this tab waits for. */
const watched = new Set<string>();
const tabs = otherTabs(NAME, showAgain, doLater);

function say(event: VaultEvent): void {
  self.postMessage(event);
}

async function open(): Promise<Vault> {
  const ownership = lockedOwnership(`${NAME} `);
  const [disk, catalogue] = await Promise.all([openDisk(NAME), openCatalogue(NAME)]);
  const opened = new Vault({
    ...{ disk, catalogue, ownership, imagesKept },
    unique: uniqueName,
    now: () => new Date().toISOString(),
  });
  await opened.sweep();
  // A run that another tab has just begun may not have told yet which images it needs.
  if ((await opened.elsewhere()).length === 0) await sweepImages(needed(await opened.entries()));
  return opened;
}

/** Fingerprints of the images of all runs that may continue. */
function needed(entries: readonly RunEntry[]): Set<string> {
  const open = entries.filter((entry) => entry.state === 'under way' || isResumable(entry));
  return new Set(open.flatMap(({ fingerprint }) => fingerprint ?? []));
}

async function tell(entry: RunEntry | null): Promise<void> {
  if (!entry) return;
  say({ kind: 'entry', entry, space: await spaceOfSite() });
  tabs.changed();
}

/** Shows the index as it is now. */
async function show(kept: Vault): Promise<void> {
  const [entries, elsewhere] = await Promise.all([kept.entries(), kept.elsewhere()]);
  say({ kind: 'opened', entries, elsewhere, space: await spaceOfSite() });
  // A tab that is closed or crashes says nothing; its locks end with it.
  for (const id of elsewhere.filter((each) => !watched.has(each))) {
    watched.add(id);
    kept.whenFree(id).then(
      () => {
        watched.delete(id);
        doLater(showAgain);
      },
      // The browser refused to wait. The next look at the index waits again.
      () => watched.delete(id),
    );
  }
}

/** After another tab has changed something. A page that has not asked for its runs yet need not know. */
async function showAgain(): Promise<void> {
  const kept = await vault?.catch(() => null);
  if (kept)
    await show(kept).catch(() => {
      // The list stays as it was; whoever opens it next is told why it cannot be read.
    });
}

async function obey(command: VaultCommand, kept: Vault): Promise<void> {
  switch (command.kind) {
    case 'open':
      await show(kept);
      break;
    case 'begin':
      await tell(await kept.begin(command.run));
      break;
    case 'event':
      await tell(await kept.hear(command.event));
      break;
    case 'tensors':
      assembly.add(command.tensors);
      break;
    case 'checkpoint':
      await tell(await kept.keep(command.run, assembly.whole(command.checkpoint), command.demanded ?? false));
      break;
    case 'leave':
      kept.leave(command.run);
      tabs.changed();
      break;
    case 'describe':
      await tell(await kept.describe(command.id, command.change));
      break;
    case 'delete':
      await kept.delete(command.id);
      if (!kept.awaitsImages && (await kept.elsewhere()).length === 0)
        await sweepImages(needed(await kept.entries()));
      say({ kind: 'gone', id: command.id, space: await spaceOfSite() });
      tabs.changed();
      break;
    case 'deleteCheckpoints':
      await tell(await kept.deleteCheckpoints(command.id));
      break;
    case 'load':
      say({ kind: 'loaded', ticket: command.ticket, file: await kept.load(command.id) });
      break;
    case 'file': {
      const text = JSON.stringify(await kept.file(command.id));
      const file = new Blob([text], { type: 'application/json' });
      say({ kind: 'written', ticket: command.ticket, file });
      break;
    }
    case 'resume':
      say({ kind: 'resumable', ticket: command.ticket, run: await kept.resume(command.id) });
      // Other tabs must not offer what this one has taken.
      tabs.changed();
      break;
    case 'fork': {
      const run = await kept.fork(command.id, command.step);
      say({ kind: 'resumable', ticket: command.ticket, run });
      break;
    }
    default:
      command satisfies never;
  }
}

async function inWords(command: VaultCommand, error: unknown): Promise<string> {
  if (error instanceof VaultError) return error.message;
  const what =
    command.kind === 'checkpoint' ? `The checkpoint of step ${command.checkpoint.step}` : 'This run';
  if (!(error instanceof NoRoom || isFull(error))) return `${what} could not be kept: ${messageOf(error)}`;
  return noRoomWords(what, error instanceof NoRoom ? error.needed : null, await spaceOfSite());
}

async function attend(command: VaultCommand): Promise<void> {
  try {
    vault ??= open().catch((error: unknown) => Promise.reject(new Closed(closedWords(error))));
    await obey(command, await vault);
  } catch (error) {
    if (error instanceof Closed) {
      vault = null;
      if (command.kind === 'open') say({ kind: 'unavailable', reason: error.message });
      else if ('ticket' in command) say({ kind: 'refused', ticket: command.ticket, message: error.message });
    } else {
      const message = await inWords(command, error);
      if ('ticket' in command) say({ kind: 'refused', ticket: command.ticket, message });
      else {
        const run = command.kind === 'event' ? command.event.run : null;
        say({ kind: 'complaint', message, run, full: error instanceof NoRoom || isFull(error) });
      }
    }
  } finally {
    if (command.kind === 'tensors') say({ kind: 'more' });
    if (command.kind === 'checkpoint') say({ kind: 'free' });
  }
}

function closedWords(error: unknown): string {
  const why = messageOf(error);
  return isInsecure() ? why : `${why} (a private window, or blocked storage, does that)`;
}

/** The vault cannot be opened in this browser. */
class Closed extends Error {}

self.addEventListener('message', ({ data }: MessageEvent<VaultCommand>) => {
  doLater(() => attend(data));
});

function doLater(task: () => Promise<void>): void {
  work = work.then(task);
}
