import './vaultWorker.ts';

// The vault's worker on a full disk: every write fails as it does in browsers.

FileSystemSyncAccessHandle.prototype.write = () => {
  throw new DOMException('no room (a test)', 'QuotaExceededError');
};
