import { later } from '../shell/later.tsx';

/** A button for each thing that the user can do about a trouble of the run on the page. */
export const Remedies = later('What you can do', () => import('./RemedyButtons.tsx'));
