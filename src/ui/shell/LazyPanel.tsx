import { type ReactNode, Suspense } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Missing } from './later.tsx';

/** A panel whose code loads after the first paint. Its place is kept, and its faults are its own. */
export function LazyPanel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <ErrorBoundary fallback={<Missing title={title} />}>
      <Suspense fallback={<div className="panel waiting" />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
