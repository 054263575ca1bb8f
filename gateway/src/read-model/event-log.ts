import { type BlockEvent, compareEventIds } from "../chain/block-events.ts";

const CAPACITY = 20_000;

/** The newest events in order, and who listens to further ones. */
export class EventLog {
  readonly #events: BlockEvent[] = [];
  readonly #listeners = new Set<(event: BlockEvent) => void>();
  /** Height of the first block whose events are all in the log. */
  firstHeight: bigint;

  constructor(firstHeight: bigint) {
    this.firstHeight = firstHeight;
  }

  append(events: readonly BlockEvent[]): void {
    this.#events.push(...events);
    if (this.#events.length > CAPACITY) {
      const dropped = this.#events.splice(0, this.#events.length - CAPACITY);
      this.firstHeight = dropped.at(-1)!.height + 1n;
    }
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }

  /** Events after `id`, in order; all of them if `id` is undefined. */
  after(id: string | undefined): BlockEvent[] {
    if (id === undefined) return [...this.#events];
    return this.#events.filter((event) => compareEventIds(event.id, id) > 0);
  }

  listen(listener: (event: BlockEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
