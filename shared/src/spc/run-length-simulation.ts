/** Something that reads values and says when it signals. */
export type Watcher = {
  /** Whether the value completes what is watched for. */
  push(value: number): boolean;
  /** Forgets all values. */
  reset(): void;
};

/** Some rules: how they are watched, and the points until one of them signals, on average, where that is known exactly. */
export type WatchedPart = { watch: () => Watcher; runLength: number | null };

type Simulation = { parts: readonly WatchedPart[]; shift: number; points: number };

/**
 * Points until any of the parts signals, on average, from so many normal values that are the same each time; and how many
 * signals that was seen from. The parts whose run length is known are simulated by themselves beside it, and what they
 * signal too much or too little is taken off: left over is the chance in where the parts meet.
 */
export function simulateRunLength({ parts, shift, points }: Simulation): { runLength: number; signals: number } {
  const together = parts.map(({ watch }) => watch());
  const alone = parts.flatMap(({ watch, runLength }) =>
    runLength === null ? [] : [{ watcher: watch(), expected: points / runLength, signals: 0 }],
  );
  const random = normals();
  let signals = 0;
  for (let i = 0; i < points; i++) {
    const value = shift + random();
    let any = false;
    for (const watcher of together) if (watcher.push(value)) any = true;
    if (any) {
      signals++;
      for (const watcher of together) watcher.reset();
    }
    for (const part of alone) {
      if (!part.watcher.push(value)) continue;
      part.signals++;
      part.watcher.reset();
    }
  }
  const excess = alone.reduce((sum, part) => sum + part.signals - part.expected, 0);
  return { runLength: points / (signals - excess), signals };
}

/** Normal values by the polar method of G. Marsaglia, over the generator mulberry32 with a fixed seed. */
function normals(): () => number {
  let state = 20_261_122;
  let spare: number | null = null;
  const uniform = () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    for (;;) {
      const x = uniform();
      const y = uniform();
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  };
}
