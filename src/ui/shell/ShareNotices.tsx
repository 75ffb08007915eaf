import { Link, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { underWay, usePlayground } from '../../store/playground.ts';
import { useShare } from '../../store/share.ts';
import { Alert } from './Alert.tsx';
import { Dialog } from './Dialog.tsx';
import { count } from './format.ts';

/**
 * Says what a link changed on the page or why it was not followed, and shows the link that the user asked
 * for.
 */
export function ShareNotices() {
  const followed = useShare((share) => share.followed);
  const refusal = useShare((share) => share.refusal);
  const awaited = useShare((share) => share.awaited);
  const handed = useShare((share) => share.handed);
  const busy = usePlayground(({ run }) => underWay(run));
  const { follow, undo, dismiss } = useShare.getState();

  useEffect(() => {
    if (handed?.kind !== 'copied') return;
    const timer = setTimeout(dismiss, COPIED_MS);
    return () => clearTimeout(timer);
  }, [handed, dismiss]);

  useEffect(() => {
    const heed = () => void follow(location.hash);
    heed();
    window.addEventListener('hashchange', heed);
    return () => window.removeEventListener('hashchange', heed);
  }, [follow]);

  return (
    <>
      {refusal && (
        <Alert kind="fault" icon={TriangleAlert} onDismiss={dismiss}>
          <strong>This link was not followed.</strong> {refusal} The settings are as they were.
        </Alert>
      )}
      {followed && (
        <Alert kind="notice" icon={Link} onDismiss={dismiss}>
          <strong>The next run is set by a link:</strong> {followed.words}.{' '}
          {followed.ownImages && 'It was trained on its maker’s own images, which a link cannot carry. '}
          {busy && 'The run under way goes on as it is. '}
          <button type="button" className="button tiny" onClick={undo}>
            Undo
          </button>
        </Alert>
      )}
      {awaited && (
        <Alert kind="notice" icon={Link} onDismiss={dismiss}>
          <strong>This link leads to a run that this browser does not have.</strong> A run stays in the
          browser that trained it. There, open the run and save it: <em>Export</em>, <em>Run</em>. Then drop
          the file on this page, or choose it in the settings: <em>Data</em>, <em>Files…</em> The page then
          goes to {awaited.step === null ? 'the run' : `step ${count(awaited.step)}`} by itself. Nothing else
          was changed.
        </Alert>
      )}
      {handed?.kind === 'copied' && (
        <Alert kind="notice" icon={Link} onDismiss={dismiss}>
          <strong>Link copied.</strong> {CARRIED[handed.of]} {handed.ownImages && OWN_IMAGES}
        </Alert>
      )}
      <Dialog title={TITLES[handed?.of ?? 'settings']} open={handed?.kind === 'shown'} onClose={dismiss}>
        <p>
          The browser does not let this page write to the clipboard: copy the link from here.{' '}
          {CARRIED[handed?.of ?? 'settings']} {handed?.ownImages && OWN_IMAGES}
        </p>
        <input
          className="input link"
          aria-label="Link"
          readOnly
          value={handed?.kind === 'shown' ? handed.link : ''}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <div className="actions">
          <button type="button" className="button" onClick={dismiss}>
            Close
          </button>
        </div>
      </Dialog>
    </>
  );
}

/** How long the page says that a link was copied. Nothing is to be done about it, so it goes by itself. */
const COPIED_MS = 10_000;

const CARRIED = {
  settings: 'It carries the settings of the next run.',
  moment: 'It opens the recorded run as it is shown.',
  'own moment':
    'It opens this run as it is shown in this browser, which keeps it. Whoever has another browser opens the file of the run first: Export, Run.',
  story: 'It opens this step of the story.',
} as const;

const TITLES = {
  settings: 'A link with these settings',
  moment: 'A link to this moment',
  'own moment': 'A link to this moment',
  story: 'A link to this step',
} as const;

const OWN_IMAGES = 'Your own images are not in it: whoever opens it chooses theirs.';
