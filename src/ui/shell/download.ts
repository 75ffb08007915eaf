/** Saves a file through the browser's downloads. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has read the address when the task of the click ends. Then it can be revoked.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
