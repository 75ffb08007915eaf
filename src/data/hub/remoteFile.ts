import type { AsyncBuffer } from '../formats/parquet/table.ts';
import { type HubFile, type HubSet, hubUrl } from './catalogue.ts';
import { absentError, layoutError, quotaError } from './hubError.ts';
import { requestLength, requestRange, type Wire } from './rangeRequest.ts';
import type { KeptFile, RangeStore } from './rangeStore.ts';

/** The ways to get a file of the Hub. */
export interface HubAccess {
  /** null: this browser keeps nothing, so every read is a request. */
  readonly store: RangeStore | null;
  /** null: only what is kept may be read. */
  readonly wire: Wire | null;
  readonly signal?: AbortSignal;
  /** It is called with bytes that came; `received` says whether they came over the network. */
  readonly onBytes?: (bytes: number, received: boolean) => void;
}

const MAGIC = 'PAR1';

/**
 * Path under which a file is kept below its set's folder. The revision is part of it, so another revision is
 * another file.
 */
export function keptPath({ revision }: HubSet, { path }: HubFile): readonly string[] {
  return [revision, ...path.split('/')];
}

/**
 * A table on the Hub, read by ranges. What is kept comes from the disk; the rest comes over the network, and
 * is then kept.
 * @throws HubError in words; the signal's reason when aborted
 */
export async function openRemote(set: HubSet, file: HubFile, access: HubAccess): Promise<AsyncBuffer> {
  const { store, wire, signal, onBytes } = access;
  const url = hubUrl(set, file);
  const changed = (difference: string) => layoutError(file.path, difference, [file.path]);
  const kept: KeptFile | null = (await store?.open(set.id, keptPath(set, file))) ?? null;

  const request = async (start: number, end: number, total: number | null) => {
    if (wire === null) throw absentError(set.label);
    const answer = await requestRange(wire, {
      ...{ url, start, end },
      ...(signal && { signal }),
      onBytes: (bytes) => onBytes?.(bytes, true),
    });
    if (total !== null && answer.total !== null && answer.total !== total) {
      throw changed(`expected ${total} bytes in all, got ${answer.total}`);
    }
    return answer;
  };
  const keep = async (start: number, bytes: Uint8Array<ArrayBuffer>, total: number) => {
    await kept?.write(start, bytes, total).catch((fault: unknown) => {
      throw fault instanceof DOMException && fault.name === 'QuotaExceededError'
        ? quotaError(set.label)
        : fault;
    });
  };

  /** Reads the file's length, and checks that it begins as a table does. */
  const measure = async (): Promise<number> => {
    const { bytes, total } = await request(0, MAGIC.length, null);
    if (String.fromCharCode(...bytes) !== MAGIC) {
      throw changed(`expected “${MAGIC}” at its start, got bytes ${bytes.join(' ')}`);
    }
    const length = total ?? (await requestLength(wire!, url, signal));
    await keep(0, bytes, length);
    return length;
  };
  const byteLength = kept?.total ?? (await measure());
  if (file.bytes !== null && byteLength !== file.bytes) {
    throw changed(`expected ${file.bytes} bytes in all, got ${byteLength}`);
  }

  return {
    byteLength,
    async slice(start, end) {
      const bytes = new Uint8Array(end - start);
      let at = start;
      while (at < end) {
        signal?.throwIfAborted();
        const ranges = kept?.ranges() ?? [];
        const here = ranges.find((range) => range.start <= at && at < range.end);
        if (here !== undefined) {
          const found = await kept!.read(here);
          if (found === null) continue;
          const to = Math.min(end, here.end);
          bytes.set(found.subarray(at - here.start, to - here.start), at - start);
          onBytes?.(to - at, false);
          at = to;
          continue;
        }
        const to = Math.min(end, ranges.find((range) => range.start > at)?.start ?? end);
        const answer = await request(at, to, byteLength);
        await keep(at, answer.bytes, byteLength);
        bytes.set(answer.bytes, at - start);
        at = to;
      }
      return bytes.buffer;
    },
  };
}
