import { unmetered } from '../../src/realtime/collab/meters.ts';

/** One process that nobody watches. */
export const alone = { fanOut: null, meters: unmetered } as const;
