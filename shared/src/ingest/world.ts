/** What the client needs of the computer that it runs on: handed in, so that tests decide about time and chance. */
export type World = {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Runs something once, so many milliseconds from now; answers how to call that off. */
  after(ms: number, run: () => void): () => void;
};
