import { type LucideIcon, X } from 'lucide-react';
import type { ReactNode } from 'react';

/** A line above the panels: a fault, which is read out at once, or a notice. */
export function Alert({
  kind,
  icon: Icon,
  children,
  action,
  onDismiss,
}: {
  readonly kind: 'fault' | 'notice';
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  /** A button for what the user can do about it. */
  readonly action?: ReactNode;
  /** Without it, the line stays until its cause is gone. */
  readonly onDismiss?: (() => void) | undefined;
}) {
  const isFault = kind === 'fault';
  return (
    <div className={isFault ? 'alert' : 'alert notice'} role={isFault ? 'alert' : 'status'}>
      <Icon size={18} aria-hidden />
      <div>{children}</div>
      {action}
      {onDismiss && (
        <button type="button" className="button quiet tiny" aria-label="Dismiss" onClick={onDismiss}>
          <X size={15} aria-hidden />
        </button>
      )}
    </div>
  );
}
