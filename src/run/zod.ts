import { z } from 'zod';

// Zod compiles its checks with `new Function` where it may, and tries whether it may. The page's policy
// forbids it, and Firefox reports every try. In Node the compiled checks stay.
z.config({ jitless: !('process' in globalThis) });

export { z };
