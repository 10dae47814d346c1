import type { DocumentKind } from '@cobench/shared/realtime/collab';

/** What is known of one document that is kept on this computer. */
export type CopyOfDocument = {
  /** `entry/<id>` */
  document: string;
  kind: DocumentKind;
  id: string;
  /** What it was called last. */
  name: string;
  /** The editor schema of the tab that wrote last: an older tab must not open it. */
  schema: number;
  /** The server's content was in it once. Before that it says nothing about the document. */
  synced: boolean;
  /** Milliseconds since 1970 when a tab last had it open. */
  at: number;
};

/** A piece of content; all pieces of a document together are the document. */
export type CopyUpdate = { n: number; document: string; update: Uint8Array };

/** Of the changes that one tab made: how many it made, and how many of those the server has. */
export type CopyCount = { document: string; writer: string; made: number; durable: number };

/** Changes made while nobody was signed in: no part of the document until their person says so. */
export type CopyApart = {
  n: number;
  document: string;
  writer: string;
  update: Uint8Array;
  changes: number;
  /** Milliseconds since 1970. */
  at: number;
};

/** What the page around a document showed last, to show it without the server. */
export type CopyPage = { document: string; record: unknown };

/** Records as they are before the browser numbers them. */
export type Unnumbered<T extends { n: number }> = Omit<T, 'n'>;
