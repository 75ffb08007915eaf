import { lazy, Suspense } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { useScene } from '../../store/scene.ts';

// Few visitors open the story, so the page is drawn without its code.
const StoryPanel = lazy(() => import('./StoryPanel.tsx'));

/** The story while it is told. Its faults are its own. */
export function StoryPlace() {
  const story = useScene((scene) => scene.story);
  if (story === null) return null;
  return (
    <ErrorBoundary
      fallback={
        <p className="fault" role="alert">
          The story could not be loaded. The rest of the page goes on.
        </p>
      }
    >
      <Suspense fallback={null}>
        <StoryPanel step={story} />
      </Suspense>
    </ErrorBoundary>
  );
}
