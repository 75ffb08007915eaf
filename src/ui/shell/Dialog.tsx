import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  /** Escape was pressed, or a click fell beside the dialog. */
  readonly onClose: () => void;
  /** A click beside the dialog does not close it. */
  readonly sticky?: boolean;
  readonly children: ReactNode;
}

/** A modal dialog: the browser's own element traps focus and gives it back. */
export function Dialog({ title, open, onClose, sticky = false, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();

  useEffect(() => {
    const dialog = element.current;
    if (open && !dialog?.open) dialog?.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);

  return (
    <dialog ref={element} aria-labelledby={id} onClose={onClose} closedby={sticky ? 'closerequest' : 'any'}>
      {open && (
        <>
          <h2 id={id}>{title}</h2>
          {children}
        </>
      )}
    </dialog>
  );
}
