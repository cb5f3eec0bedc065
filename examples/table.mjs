/** Prints rows under a heading, columns of numbers to the right and all others to the left. */
export function printTable(heading, rows) {
  const columns = heading.map((name, k) => {
    const cells = rows.map((row) => String(row[k]));
    const width = Math.max(name.length, ...cells.map((cell) => cell.length));
    const isNumeric = cells.every((cell) => !Number.isNaN(Number(cell)));
    return [name, ...cells].map((cell) => (isNumeric ? cell.padStart(width) : cell.padEnd(width)));
  });
  for (let i = 0; i <= rows.length; i++) {
    console.log(`  ${columns.map((column) => column[i]).join('   ')}`.trimEnd());
  }
}
