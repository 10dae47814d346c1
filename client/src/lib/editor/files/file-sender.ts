/** How far a file has come, as the queue of uploads says it. */
type SendingState = { state: string; words?: string | undefined };

/** A file on its way to the server. What may change is reactive. */
export type SentFile = {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes that have left. */
  readonly sent: number;
  readonly now: SendingState;
  /** The id of the file once it is on the server; rejects when the upload is given up. */
  readonly done: Promise<string>;
};

/** What the editor needs of the queue of uploads. Whoever shows the document says where its files go. */
export type FileSender = {
  send: (file: File) => Promise<SentFile>;
  again: (sent: SentFile) => void;
  giveUp: (sent: SentFile) => void;
};
