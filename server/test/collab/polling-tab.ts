import { collabHttpPath, decodeClose } from '@cobench/shared/realtime/collab';
import { Socket } from 'engine.io-client';
import type { CollabDocument } from '../../src/realtime/collab/peer.ts';
import { Editor } from './editor.ts';

type Options = { as?: string; schema?: string; headers?: Record<string, string> };

/** A browser tab whose proxy lets no websocket through: the same editor over long HTTP requests. */
export class PollingTab {
  readonly editor = new Editor();
  readonly socket: Socket;
  /** Resolves with the code that the server gave, or null where the connection just ended. */
  readonly closed: Promise<number | null>;

  constructor(origin: string, { kind, id }: Pick<CollabDocument, 'kind' | 'id'>, options: Options = {}) {
    const { as, schema, headers = {} } = options;
    this.socket = new Socket(origin, {
      path: collabHttpPath,
      addTrailingSlash: false,
      transports: ['polling'],
      query: { kind, id, ...(as !== undefined && { as }), ...(schema !== undefined && { schema }) },
      extraHeaders: headers,
    });
    this.socket.binaryType = 'arraybuffer';
    let code: number | null = null;
    this.socket.on('open', () => this.editor.open((frame) => this.socket.send(frame)));
    this.socket.on('message', (data) => {
      if (typeof data === 'string') code = decodeClose(data)?.code ?? null;
      else this.editor.receive(new Uint8Array(data as ArrayBuffer));
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.editor.lost();
        resolve(code);
      });
    });
  }

  close(): void {
    this.socket.close();
    this.editor.destroy();
  }
}
