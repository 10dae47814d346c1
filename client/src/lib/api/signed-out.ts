const listeners = new Set<() => void>();

/** Calls `listener` whenever an answer says that nobody is signed in (any more). Returns its clean-up. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function announceSignedOut(): void {
  for (const listener of listeners) listener();
}
