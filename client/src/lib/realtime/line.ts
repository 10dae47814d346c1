/** What a connection to a document says. */
export type LineEvents = {
  onopen: () => void;
  onmessage: (data: ArrayBuffer) => void;
  /** It ended, or never opened. Said once. */
  onclose: (close: { code: number; reason: string }) => void;
};

/** A connection to one document that carries frames, whatever it is made of. */
export type Line = { readonly readyState: number; send(frame: Uint8Array<ArrayBuffer>): void; close(): void };

/** Opens a connection to the document whose websocket would be at `url`. */
export type OpenLine = (url: string, events: LineEvents) => Line;

export const readyState = { connecting: 0, open: 1, closing: 2, closed: 3 } as const;

/** Said where nobody said why a connection ended. */
export const abnormalClose = { code: 1006, reason: '' } as const;

/** The usual way. */
export const websocketLine: OpenLine = (url, { onopen, onmessage, onclose }) => {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', onopen);
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => onmessage(data));
  socket.addEventListener('close', ({ code, reason }) => onclose({ code, reason }));
  return socket;
};
