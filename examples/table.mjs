/** Prints rows under a heading: the first column to the left, all others to the right. */
export function printTable(heading, rows) {
  const lines = [heading, ...rows].map((row) => row.map(String));
  const widths = heading.map((_, k) => Math.max(...lines.map((line) => line[k].length)));
  for (const line of lines) {
    const cells = line.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k])));
    console.log(`  ${cells.join('   ')}`.trimEnd());
  }
}
