import { type ReactNode, Suspense } from 'react';
import { ErrorBoundary } from 'react-error-boundary';

/** A panel whose code loads after the first paint. Its place is kept, and its faults are its own. */
export function LazyPanel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <ErrorBoundary
      fallback={
        <p className="fault" role="alert">
          “{title}” could not be loaded. The rest of the page goes on.
        </p>
      }
    >
      <Suspense fallback={<div className="panel waiting" />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
