import type { WallToClient } from '@cobench/shared/kiosks/wall';
import type { Namespace, Socket } from 'socket.io';

/** What is to be seen on a screen, as of the last time it was asked. */
export type ScreenView = {
  kioskId: string;
  orgId: string;
  /** Who made its link. */
  madeBy: string;
  /** The chosen projects; null for all. */
  only: ReadonlySet<string> | null;
  hidden: ReadonlySet<string>;
};
type Visitor = {
  view: ScreenView;
  /** How often it was asked what it may see: only the last answer counts. */
  judged: number;
};
type Nothing = Record<string, never>;
export type WallDoor = Namespace<Nothing, WallToClient, Nothing, Visitor>;
export type WallSocket = Socket<Nothing, WallToClient, Nothing, Visitor>;

/** Where the screens are that were opened with a link. */
export const kioskRoom = (kioskId: string): `kiosk:${string}` => `kiosk:${kioskId}`;
/** Where the screens are that show all of an organisation, or one of its projects. */
export const wallRoom = (id: string): `wall:${string}` => `wall:${id}`;
/** Where all screens of an organisation are. */
export const allWallsRoom = (orgId: string): `walls:${string}` => `walls:${orgId}`;
