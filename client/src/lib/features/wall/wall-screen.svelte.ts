import { identityEndpoints } from '@cobench/shared/identity/identity';
import { wallEndpoints, wallTickEvery, type Wall, type WallAlert, type WallRun } from '@cobench/shared/kiosks/wall';
import { call } from '#lib/api/call.ts';
import { problemOf } from '#lib/api/problem.ts';
import type { WallSocket } from '#lib/realtime/wall-socket.ts';
import { isOlderAlert, isOlderRun, put } from './wall-records.ts';

export type Stage =
  | { stage: 'opening' }
  /** Somebody is signed in in this browser, and is asked before the wall is shown. */
  | { stage: 'signed-in'; name: string }
  | { stage: 'showing' }
  /** The link shows nothing (any more), and why. */
  | { stage: 'over'; why: string };

type Parts = {
  socket: Pick<WallSocket, 'on' | 'connect' | 'disconnect' | 'active'>;
  /** Whether the server has another build of this page. */
  isOutdated: () => Promise<boolean>;
  reload: () => void;
};

/** How long nothing may be heard before what is shown counts as old (milliseconds). */
const patience = 3 * wallTickEvery;
const lookEvery = 1000;
/** However still it is, the wall is asked for this often: the screen stays known, and heals. */
const askEvery = 60_000;
const comeBackAfter = 2000;

/** A screen on a wall: what it shows, and an honest word about whether that is of now. */
export class WallScreen {
  stage = $state.raw<Stage>({ stage: 'opening' });
  wall = $state.raw<Wall | null>(null);
  /** Since when nothing was heard (milliseconds since 1970); null while what is shown is of now. */
  lostSince = $state<number | null>(null);
  readonly #parts: Parts;
  #secret: string | null = null;
  #heardAt = Date.now();
  #isConnected = false;
  /** What is shown was asked for since the connection stands: from then on nothing is missed. */
  #inStep = false;
  #asking = 0;
  #heardMeanwhile: ((wall: Wall) => Wall)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    const { socket } = parts;
    socket.on('connect', () => void this.#connected());
    socket.on('disconnect', (reason) => this.#lost(reason));
    socket.on('connect_error', (error) => this.#refused(error));
    socket.on('wall.run', (run) => this.#hear((wall) => withRun(wall, run)));
    socket.on('wall.alert', (alert) => this.#hear((wall) => withAlert(wall, alert)));
    socket.on('wall.changed', () => void this.#ask());
    socket.on('wall.tick', () => this.#heard());
    socket.on('wall.over', () => void this.#ask());
  }

  /** Begins with the secret of a link, or with the cookie of before. Whoever is signed in in this browser is asked first. */
  async begin(secret: string | null): Promise<void> {
    this.#secret = secret;
    const name = secret === null ? null : await signedInAs();
    if (name === null) await this.show();
    else this.stage = { stage: 'signed-in', name };
  }

  /** Shows the wall, also where somebody is signed in. */
  async show(): Promise<void> {
    this.stage = { stage: 'opening' };
    await this.#ask();
  }

  /** Keeps the screen going until the returned clean-up is called. */
  follow(): () => void {
    const looking = setInterval(() => this.#look(), lookEvery);
    const asking = setInterval(() => void this.#comeRound(), askEvery);
    return () => {
      clearInterval(looking);
      clearInterval(asking);
      this.#parts.socket.disconnect();
    };
  }

  async #connected(): Promise<void> {
    this.#isConnected = true;
    await this.#ask();
    await this.#renew();
  }

  async #comeRound(): Promise<void> {
    if (this.stage.stage === 'signed-in') return;
    await this.#ask();
    await this.#renew();
  }

  /** Another build of this page is there. */
  async #renew(): Promise<void> {
    if (await this.#parts.isOutdated().catch(() => false)) this.#parts.reload();
  }

  /** Asks for all of the wall; what is heard before the answer comes is newer than it. */
  async #ask(): Promise<void> {
    const turn = ++this.#asking;
    this.#heardMeanwhile = [];
    try {
      if (this.#secret !== null) await call(wallEndpoints.open, { secret: this.#secret });
      this.#secret = null;
      const wall = await call(wallEndpoints.read, {});
      if (turn === this.#asking) this.#show(this.#heardMeanwhile.reduce((known, change) => change(known), wall));
    } catch (error) {
      const { type, title, detail } = problemOf(error);
      if (turn !== this.#asking) return;
      if (type === 'kiosk.over') this.#end(detail ?? title);
      else this.#comeBack(() => void this.#ask());
    }
  }

  #show(wall: Wall): void {
    this.wall = wall;
    this.stage = { stage: 'showing' };
    this.#inStep = this.#isConnected;
    this.#heard();
    if (!this.#parts.socket.active) this.#parts.socket.connect();
  }

  /** Nothing of it stays on the screen. */
  #end(why: string): void {
    this.#secret = null;
    this.wall = null;
    this.lostSince = null;
    this.stage = { stage: 'over', why };
    this.#inStep = false;
    this.#parts.socket.disconnect();
  }

  #hear(change: (wall: Wall) => Wall): void {
    this.#heardMeanwhile.push(change);
    if (this.wall) this.wall = change(this.wall);
    this.#heard();
  }

  #heard(): void {
    if (!this.#inStep) return;
    this.#heardAt = Date.now();
    this.lostSince = null;
  }

  /** A cable that was pulled says nothing, so silence has to. */
  #look(): void {
    if (this.stage.stage === 'showing' && Date.now() - this.#heardAt > patience) this.lostSince ??= this.#heardAt;
  }

  #lost(reason: string): void {
    this.#isConnected = this.#inStep = false;
    // socket.io comes back by itself, except after the server closed the connection on purpose.
    if (reason === 'io server disconnect') this.#comeBack(() => this.#parts.socket.connect());
  }

  #refused(error: Error): void {
    if (error.message === 'kiosk.over') void this.#ask();
    else if (!this.#parts.socket.active) this.#comeBack(() => this.#parts.socket.connect());
  }

  #comeBack(how: () => void): void {
    setTimeout(() => {
      if (this.stage.stage === 'showing' || this.stage.stage === 'opening') how();
    }, comeBackAfter);
  }
}

/** Who is signed in in this browser, by name. */
async function signedInAs(): Promise<string | null> {
  try {
    return (await call(identityEndpoints.me, {})).name;
  } catch (error) {
    problemOf(error);
    return null;
  }
}

const withRun = (wall: Wall, run: WallRun): Wall => ({ ...wall, runs: put(wall.runs, run, isOlderRun) });
const withAlert = (wall: Wall, alert: WallAlert): Wall => ({ ...wall, alerts: put(wall.alerts, alert, isOlderAlert) });
