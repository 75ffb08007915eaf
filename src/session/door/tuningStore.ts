import type { Tuning } from '../../webgpu/kernels/convolution/tuning.ts';

// Tile shapes that were measured on this browser's adapters. To lose them costs only seconds at the next
// start. Every failure of the store is therefore treated as if nothing had been stored.

const DATABASE = 'dualgate';
const STORE = 'tunings';
/** Must be raised when the meaning of stored tunings changes. */
const VERSION = 1;

/** The tuning that was stored under a key; null if there is none, or if the store cannot be opened. */
export async function rememberedTuning(key: string): Promise<Tuning | null> {
  return inStore('readonly', (store) => store.get(key)).catch(() => null);
}

export async function rememberTuning(key: string, tuning: Tuning): Promise<void> {
  await inStore('readwrite', (store) => store.put(tuning, key)).catch(() => null);
}

/** Deletes every tuning, so that the next start measures again. */
export async function forgetTunings(): Promise<void> {
  await inStore('readwrite', (store) => store.clear()).catch(() => null);
}

/** The result of one request; null if the request has none. */
async function inStore(
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest,
): Promise<Tuning | null> {
  const opening = indexedDB.open(DATABASE, VERSION);
  opening.onupgradeneeded = () => {
    const { result } = opening;
    if (result.objectStoreNames.contains(STORE)) result.deleteObjectStore(STORE);
    result.createObjectStore(STORE);
  };
  const database = await settled(opening);
  try {
    return ((await settled(request(database.transaction(STORE, mode).objectStore(STORE)))) ??
      null) as Tuning | null;
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
