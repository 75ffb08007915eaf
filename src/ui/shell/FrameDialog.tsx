import { useEffect, useId, useState } from 'react';
import { copyText } from '../../platform/clipboard.ts';
import { linkTo } from '../../store/address.ts';
import { FRAME_SIZES, frameHtml, type Opens, pageOpens } from '../../store/frame.ts';
import { HIDEABLE, type Hideable, useScene } from '../../store/scene.ts';
import { Dialog } from './Dialog.tsx';
import type { DialogState } from './later.tsx';

/** Makes a link that hides parts of the page, and the HTML of a frame with it. */
export default function FrameDialog({ open, onClose }: DialogState) {
  return (
    <Dialog title="Embed this page, or set a link" {...{ open, onClose }}>
      <Handing onClose={onClose} />
    </Dialog>
  );
}

/** What the dialog has while it is open. */
function Handing({ onClose }: Pick<DialogState, 'onClose'>) {
  const [hidden, setHidden] = useState(useScene.getState().hidden);
  const [size, setSize] = useState(FRAME_SIZES[0]!);
  const [opens, setOpens] = useState<Opens | null>(null);
  const [copied, setCopied] = useState('');
  const id = useId();
  useEffect(() => {
    let isNewest = true;
    void pageOpens(hidden).then((found) => isNewest && setOpens(found));
    return () => {
      isNewest = false;
    };
  }, [hidden]);

  const link = opens === null ? '' : linkTo(location.href, opens.hash);
  const html = opens === null ? '' : frameHtml(linkTo(location.href, opens.hash, true), size);
  const hide = (part: Hideable, isHidden: boolean) => {
    setCopied('');
    setHidden(HIDEABLE.filter((each) => (each === part ? isHidden : hidden.includes(each))));
  };
  const copy = async (text: string, what: string) =>
    setCopied(
      (await copyText(text))
        ? `${what} copied.`
        : 'The browser refuses the clipboard: copy the text by hand.',
    );

  return (
    <>
      <p>
        For a class, or a page of your own. It opens {opens?.words ?? 'what the page shows'}, without what you
        hide here; whoever opens it can show everything again.
      </p>
      <fieldset className="hidings">
        <legend>Hide</legend>
        {HIDEABLE.map((part) => (
          <label key={part}>
            <input
              type="checkbox"
              checked={hidden.includes(part)}
              onChange={({ currentTarget }) => hide(part, currentTarget.checked)}
            />
            {part}
          </label>
        ))}
      </fieldset>
      <label htmlFor={`${id}-link`}>Link</label>
      <div className="hand-out">
        <input id={`${id}-link`} className="input link" readOnly value={link} onFocus={select} />
        <button type="button" className="button" onClick={() => void copy(link, 'Link')}>
          Copy link
        </button>
      </div>
      <label htmlFor={`${id}-html`}>HTML of a frame</label>
      <textarea id={`${id}-html`} className="input link" readOnly rows={4} value={html} onFocus={select} />
      <div className="hand-out">
        <label>
          Size{' '}
          <select
            className="input"
            value={size.join(' × ')}
            onChange={({ currentTarget }) => {
              setCopied('');
              setSize(FRAME_SIZES[currentTarget.selectedIndex] ?? size);
            }}
          >
            {FRAME_SIZES.map((each) => (
              <option key={each.join(' × ')}>{each.join(' × ')}</option>
            ))}
          </select>
        </label>
        <button type="button" className="button" onClick={() => void copy(html, 'HTML')}>
          Copy HTML
        </button>
      </div>
      <p role="status" className="small">
        {copied}
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}

function select({ currentTarget }: { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }): void {
  currentTarget.select();
}
