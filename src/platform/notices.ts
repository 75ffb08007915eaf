/** Whether the browser shows notices of this page outside of it. `ask` only where it has not been asked. */
export type NoticePermission = 'impossible' | 'ask' | 'granted' | 'denied';

export function noticePermission(): NoticePermission {
  if (typeof globalThis.Notification !== 'function') return 'impossible';
  const { permission } = Notification;
  return permission === 'default' ? 'ask' : permission;
}

/** Asks whether this page may show notices. Only a press of the user may call it. */
export async function askForNotices(): Promise<NoticePermission> {
  if (noticePermission() === 'ask') await Notification.requestPermission().catch(() => 'denied');
  return noticePermission();
}

/** Shows a notice where that is allowed. A newer one takes its place. Pressing it brings the page forward. */
export function showNotice(title: string, body: string): void {
  if (noticePermission() !== 'granted') return;
  try {
    const notice = new Notification(title, { body, tag: 'dualgate-run' });
    notice.addEventListener('click', () => {
      globalThis.focus?.();
      notice.close();
    });
  } catch {
    // Phones allow notices from service workers only.
  }
}
