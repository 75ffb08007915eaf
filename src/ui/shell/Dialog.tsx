import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  /** Called when the user presses Escape or clicks beside the dialog. */
  readonly onClose: () => void;
  /** True: a click beside the dialog does not close it. */
  readonly sticky?: boolean;
  readonly children: ReactNode;
}

/** A modal dialog. The browser's own element keeps the focus inside and gives it back at the end. */
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
