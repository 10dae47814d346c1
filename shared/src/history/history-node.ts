import { z } from 'zod';

export const HistoryMark = z.object({ type: z.string(), attrs: z.record(z.string(), z.unknown()).optional() });
export type HistoryMark = z.infer<typeof HistoryMark>;

/**
 * ProseMirror JSON of a past state, in which each piece of text and each node says who made it: an index into a list
 * that comes with it. Text is cut where the author changes.
 */
export const HistoryNode = z
  .object({
    type: z.string(),
    attrs: z.record(z.string(), z.unknown()).optional(),
    text: z.string().optional(),
    marks: z.array(HistoryMark).optional(),
    get content() {
      return z.array(HistoryNode).optional();
    },
    /** Of a node: who shaped it last, by making it or setting one of its attributes. */
    by: z.int().min(0),
  })
  .meta({ id: 'HistoryNode' });
export type HistoryNode = {
  type: string;
  attrs?: Record<string, unknown> | undefined;
  text?: string | undefined;
  marks?: HistoryMark[] | undefined;
  content?: HistoryNode[] | undefined;
  by: number;
};
