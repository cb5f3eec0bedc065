const ROWS = 1_000_000;
/** Lines put together before they become a part of the file: one string of all would be large. */
const PART = 50_000;

/** A file of a million labels and predictions of them: the same on every visit. */
export function million(): File {
  const parts = ['label,probability\n'];
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let lines: string[] = [];
  for (let i = 1; i <= ROWS; i++) {
    const label = random() < 0.5 ? 0 : 1;
    const spread = 0.95 * random() ** 2;
    lines.push(`${label},${(label === 1 ? 1 - spread : spread).toFixed(4)}\n`);
    if (i % PART === 0) {
      parts.push(lines.join(''));
      lines = [];
    }
  }
  return new File(parts, 'million.csv');
}
