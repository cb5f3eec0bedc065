/** The largest number seen under each name, with where that was: what a test measured, for a report. */
export class Worst {
  private readonly seen = new Map<string, { value: number; where: string }>();

  note(name: string, value: number, where: string): void {
    const worst = this.seen.get(name);
    if (worst === undefined || !(value <= worst.value)) this.seen.set(name, { value, where });
  }

  print(title: string): void {
    const lines = [...this.seen].map(
      ([name, { value, where }]) => `${value.toPrecision(3).padEnd(8)}  ${name} (${where})`,
    );
    console.log([title, ...lines].join('\n'));
  }
}
