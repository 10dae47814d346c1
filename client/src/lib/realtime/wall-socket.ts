import { wallNamespace, type WallToClient } from '@cobench/shared/kiosks/wall';
import { livePath } from '@cobench/shared/realtime/live';
import { io, type Socket } from 'socket.io-client';

export type WallSocket = Socket<WallToClient, Record<string, never>>;

/** The live connection of a screen on a wall; it is no person's. */
export const openWallSocket = (): WallSocket =>
  io(wallNamespace, {
    path: livePath,
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
  });
