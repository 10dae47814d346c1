type Fetch = typeof globalThis.fetch;

/**
 * Fetches like `fetch`, but what lives under our own public address is asked here, on this machine: that address may be
 * a proxy's, out of reach from inside.
 */
export function localFetch({ publicUrl, localUrl }: { publicUrl: string; localUrl: string }): Fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== publicUrl) return fetch(input, init);
    return fetch(new URL(url.pathname + url.search, localUrl), init);
  };
}
