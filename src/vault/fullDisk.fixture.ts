import './vaultWorker.ts';

// The vault's worker on a disk that takes nothing more: every write is refused as browsers refuse it.

FileSystemSyncAccessHandle.prototype.write = () => {
  throw new DOMException('no room (a test)', 'QuotaExceededError');
};
