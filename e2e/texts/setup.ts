import { appendFileSync } from 'node:fs';
import { REACHED } from './marked.ts';

const told = new Set<string>();
Object.assign(globalThis, {
  reachedText: (place: string) => {
    if (told.has(place)) return;
    told.add(place);
    appendFileSync(REACHED, `${place}\n`);
  },
});
