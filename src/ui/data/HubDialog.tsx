import { useHub } from '../../store/data/hub.ts';
import { laterDialog } from '../shell/later.tsx';

const HubOrderDialog = laterDialog('From Hugging Face', () => import('./HubOrderDialog.tsx'));

/** Downloads one of the paper's data sets from Hugging Face, after it has shown what the authors ask for. */
export function HubDialog() {
  return <HubOrderDialog open={useHub((state) => state.open)} onClose={useHub.getState().hide} />;
}
