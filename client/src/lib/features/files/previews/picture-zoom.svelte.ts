type Size = { width: number; height: number };
type Place = { x: number; y: number };

/** The largest a pixel of a picture is drawn. */
const most = 16;
/** How far one key moves or enlarges. */
const step = { move: 60, scale: 1.25 };

/** How large a picture is drawn in its frame, and which part of it. The sizes are read reactively, in pixels of the screen. */
export class PictureZoom {
  /** Null: as large as fits. */
  #chosen = $state<number | null>(null);
  #x = $state(0);
  #y = $state(0);
  readonly #frame: () => Size;
  readonly #picture: () => Size;
  /** The factor at which all of it is in the frame; small pictures are not enlarged. */
  readonly fit = $derived.by(() => {
    const [frame, picture] = [this.#frame(), this.#picture()];
    return Math.min(1, frame.width / Math.max(1, picture.width), frame.height / Math.max(1, picture.height));
  });
  /** Pixels of the screen for one of the picture. */
  readonly factor = $derived.by(() => this.#chosen ?? this.fit);
  readonly fitted = $derived.by(() => this.#chosen === null);
  /** How far its middle is from that of the frame. */
  readonly offset = $derived.by((): Place => {
    const room = this.#room(this.factor);
    return { x: within(this.#x, room.x), y: within(this.#y, room.y) };
  });
  readonly movable = $derived.by(() => {
    const room = this.#room(this.factor);
    return room.x > 0 || room.y > 0;
  });

  constructor({ frame, picture }: { frame: () => Size; picture: () => Size }) {
    this.#frame = frame;
    this.#picture = picture;
  }

  toFit(): void {
    this.#chosen = null;
    this.#x = 0;
    this.#y = 0;
  }

  toActual(): void {
    this.scale(1 / this.factor);
  }

  /** Enlarges around a place, counted from the middle of the frame: what is there stays there. */
  scale(by: number, { x, y }: Place = { x: 0, y: 0 }): void {
    const was = this.factor;
    const next = Math.min(most, was * by);
    // Smaller than what fits helps nobody, except where one asks for its actual size.
    if (next <= this.fit) return this.toFit();
    const from = this.offset;
    this.#chosen = next;
    this.#x = x - ((x - from.x) * next) / was;
    this.#y = y - ((y - from.y) * next) / was;
  }

  move({ x, y }: Place): void {
    const from = this.offset;
    this.#x = from.x + x;
    this.#y = from.y + y;
  }

  /** Answers whether the key was one of its own. */
  key(key: string): boolean {
    const moves: Record<string, Place> = {
      ArrowLeft: { x: step.move, y: 0 },
      ArrowRight: { x: -step.move, y: 0 },
      ArrowUp: { x: 0, y: step.move },
      ArrowDown: { x: 0, y: -step.move },
    };
    const move = moves[key];
    if (move && !this.movable) return false;
    if (move) this.move(move);
    else if (key === '+' || key === '=') this.scale(step.scale);
    else if (key === '-') this.scale(1 / step.scale);
    else if (key === '0') this.toFit();
    else if (key === '1') this.toActual();
    else return false;
    return true;
  }

  /** How far it can be moved each way before its edge is in the frame. */
  #room(factor: number): Place {
    const [frame, picture] = [this.#frame(), this.#picture()];
    return {
      x: Math.max(0, (picture.width * factor - frame.width) / 2),
      y: Math.max(0, (picture.height * factor - frame.height) / 2),
    };
  }
}

// Not -0, which would be written as such.
const within = (value: number, room: number): number => Math.max(-room, Math.min(room, value)) + 0;
