/** What a mailed link carries behind its `#`, where servers and logs do not see it; null where it is not complete. */
export const tokenIn = (hash: string): string | null => /^#([\w-]{43})$/.exec(hash)?.[1] ?? null;
