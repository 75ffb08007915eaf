import { useScene } from '../../store/scene.ts';
import { later } from '../shell/later.tsx';

const StoryPanel = later('The story in five steps', () => import('./StoryPanel.tsx'));

/** The story while it is told. */
export function StoryPlace() {
  const story = useScene((scene) => scene.story);
  return story === null ? null : <StoryPanel step={story} />;
}
