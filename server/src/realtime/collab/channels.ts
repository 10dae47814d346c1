/** Somebody who listens to a channel. */
export type ChannelListener = {
  heard(message: Uint8Array): void;
  /** From now on everything is heard; what was said before, or since it was last heard, may have been missed. */
  listening(): void;
  /** Nothing is heard, or nobody hears us, until `listening`. Not every loss is noticed. */
  deaf(): void;
};

/** The way from one process to the others. What is said may get lost, come twice or out of order; whoever says it hears it too. */
export type Channels = {
  publish(channel: string, message: Uint8Array): void;
  /** Returns what ends it. A channel has one listener. */
  subscribe(channel: string, listener: ChannelListener): () => void;
  close(): Promise<void>;
};
