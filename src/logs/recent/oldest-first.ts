/** Items by their place, the lowest first: a binary heap. Only the place of the first may change, and only grow. */
export class OldestFirst<Item> {
  readonly #items: Item[] = [];
  readonly #placeOf: (item: Item) => number;

  constructor(placeOf: (item: Item) => number) {
    this.#placeOf = placeOf;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  add(item: Item): void {
    this.#items.push(item);
    this.#rise(this.#items.length - 1);
  }

  /** The place of the first has grown. */
  settleFirst(): void {
    this.#sink(0);
  }

  /** One that is not there is passed over. */
  remove(item: Item): void {
    const index = this.#items.indexOf(item);
    const last = index < 0 ? undefined : this.#items.pop();
    if (last === undefined || index === this.#items.length) return;
    this.#items[index] = last;
    this.#rise(index);
    this.#sink(index);
  }

  #rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (this.#placeAt(parent) <= this.#placeAt(index)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ;) {
      const left = 2 * index + 1;
      const lower = this.#placeAt(left + 1) < this.#placeAt(left) ? left + 1 : left;
      if (this.#placeAt(index) <= this.#placeAt(lower)) return;
      this.#swap(index, lower);
      index = lower;
    }
  }

  #placeAt(index: number): number {
    const item = this.#items[index];
    return item === undefined ? Infinity : this.#placeOf(item);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return;
    this.#items[a] = other;
    this.#items[b] = one;
  }
}
