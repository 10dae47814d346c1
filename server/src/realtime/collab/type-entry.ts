import type { StructId } from './decode-update.ts';

/** A node that holds others, or a root; `depth` is how many nodes are around what it holds. */
export type TypeEntry = StructId & { depth: number };

/** Stands in the place of the client that made a node: nobody makes roots. */
export const rootClient = -1;

export const isRoot = ({ client }: StructId): boolean => client === rootClient;
