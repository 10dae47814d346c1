/** Solves linear equations by Gauss elimination with pivots; each row ends with its right side. The rows are used up. */
export function solveLinear(rows: number[][]): number[] {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const below = rows.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const best = column + below.indexOf(Math.max(...below));
    const pivot = rows[best] ?? [];
    rows[best] = rows[column] ?? [];
    rows[column] = pivot;
    for (let r = column + 1; r < size; r++) {
      const row = rows[r] ?? [];
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      if (factor === 0) continue;
      for (let c = column; c <= size; c++) row[c] = (row[c] ?? 0) - factor * (pivot[c] ?? 0);
    }
  }
  const solution = rows.map(() => 0);
  for (let r = size - 1; r >= 0; r--) {
    const row = rows[r] ?? [];
    let right = row[size] ?? 0;
    for (let c = r + 1; c < size; c++) right -= (row[c] ?? 0) * (solution[c] ?? 0);
    solution[r] = right / (row[r] ?? 1);
  }
  return solution;
}
