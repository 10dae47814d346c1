/** The server takes as many points at once, in a message of at most a megabyte: so many numbers are well below that. */
const mostPoints = 1000;
const mostNumbers = 20_000;

/** The points from `first` on that are sent together. */
export function nextPart<P extends { point: { items: readonly unknown[] } }>(points: readonly P[], first: number): P[] {
  let end = first;
  let numbers = 0;
  while (end < points.length && end - first < mostPoints) {
    numbers += points[end]?.point.items.length ?? 0;
    if (numbers > mostNumbers && end > first) break;
    end++;
  }
  return points.slice(first, end);
}
