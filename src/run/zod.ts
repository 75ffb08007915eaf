import { en } from 'zod/locales';
import { z } from 'zod/mini';

// The form of zod of which a build takes only what is used: half of the size. It never tries `new Function`,
// which the page's policy forbids and Firefox reports. It comes without words for its faults.
z.config(en());

export { z };
