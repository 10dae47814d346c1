import { createContext } from 'svelte';

/** The place in an entry that something belongs to. */
export type Place = {
  /** A list hangs at the place, with the focus in it: as long as it is open, the person is here. */
  hold: (open: boolean) => void;
};

export const [getPlace, setPlace] = createContext<Place>();
