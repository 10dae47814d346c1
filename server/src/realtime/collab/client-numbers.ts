/** Small numbers for client ids, which take up to 53 bits, in the order in which they came; 0 is nobody. */
export class ClientNumbers {
  readonly #clients: number[] = [];
  readonly #numbers = new Map<number, number>();

  /** The number of a client, which it gets where it has none. */
  take(client: number): number {
    const known = this.#numbers.get(client);
    if (known !== undefined) return known;
    const number = this.#clients.push(client);
    this.#numbers.set(client, number);
    return number;
  }

  clientOf(number: number): number | undefined {
    return this.#clients[number - 1];
  }
}
