import { collabHttpPath, collabPath, decodeClose } from '@cobench/shared/realtime/collab';
import { Socket } from 'engine.io-client';
import { abnormalClose, readyState, type Line, type LineEvents, type OpenLine } from './line.ts';

/** By long requests on this origin, for networks that let no websocket through. */
export const httpLine: OpenLine = (url, { onopen, onmessage, onclose }: LineEvents): Line => {
  const engine = new Socket(location.origin, {
    path: collabHttpPath,
    addTrailingSlash: false,
    transports: ['polling'],
    upgrade: false,
    query: queryOf(url),
  });
  engine.binaryType = 'arraybuffer';
  let said: { code: number; reason: string } | null = null;
  engine.on('open', onopen);
  engine.on('message', (data: unknown) => {
    if (data instanceof ArrayBuffer) return onmessage(data);
    said = decodeClose(String(data));
    if (said !== null) engine.close();
  });
  engine.on('close', () => onclose(said ?? abnormalClose));
  const states = { opening: readyState.connecting, ...readyState };
  return {
    get readyState() {
      return states[engine.readyState];
    },
    send: (frame) => void engine.send(frame),
    close: () => void engine.close(),
  };
};

/** `wss://lab.example/collab/entry/7?schema=1` → kind, id, schema. */
export function queryOf(url: string): Record<string, string> {
  const { pathname, searchParams } = new URL(url);
  const [kind = '', id = ''] = pathname.slice(collabPath.length + 1).split('/');
  return { ...Object.fromEntries(searchParams), kind, id: decodeURIComponent(id) };
}
