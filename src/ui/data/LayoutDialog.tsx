import { useLayoutQuestion } from '../../store/data/layoutQuestion.ts';
import { laterDialog } from '../shell/later.tsx';

const LayoutReadings = laterDialog('How are these folders meant?', () => import('./LayoutReadings.tsx'));

/** Asks how folders are read, where more than one reading is possible. */
export function LayoutDialog() {
  const open = useLayoutQuestion((state) => state.open);
  return <LayoutReadings open={open} onClose={useLayoutQuestion.getState().cancel} />;
}
