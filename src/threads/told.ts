/** How many things of a kind threads hold at most: an arena that is gone shall not stay for long. */
const HELD = 16;

/** Things that threads are told of once, and then by their numbers. */
export class Told<Thing extends object> {
  private readonly numbers = new WeakMap<Thing, number>();
  /** Those that they have now, the last used last. */
  private held: number[] = [];
  private last = 0;
  private readonly gone: FinalizationRegistry<number>;
  private readonly tell: (number: number, thing: Thing) => void;
  private readonly forget: (number: number) => void;

  constructor(tell: (number: number, thing: Thing) => void, forget: (number: number) => void) {
    this.tell = tell;
    this.forget = forget;
    this.gone = new FinalizationRegistry((number) => this.drop(number));
  }

  numberOf(thing: Thing): number {
    const known = this.numbers.get(thing);
    const { held } = this;
    if (known !== undefined && held[held.length - 1] === known) return known;
    const at = known === undefined ? -1 : held.indexOf(known);
    if (known !== undefined && at >= 0) {
      held.splice(at, 1);
      held.push(known);
      return known;
    }
    if (held.length === HELD) this.drop(held[0]);
    this.last++;
    this.numbers.set(thing, this.last);
    this.held.push(this.last);
    this.gone.register(thing, this.last);
    this.tell(this.last, thing);
    return this.last;
  }

  private drop(number: number): void {
    if (!this.held.includes(number)) return;
    this.held = this.held.filter((other) => other !== number);
    this.forget(number);
  }
}
