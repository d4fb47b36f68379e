/** A table whose entries end at their time; at the limit the entry written longest ago makes room. @module */

interface Entry<T> {
  readonly value: T
  /** Milliseconds since 1970; Infinity for ever. */
  readonly until: number
}

export class ExpiringTable<T> {
  readonly #limit: number
  readonly #entries = new Map<string, Entry<T>>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string, now: number): T | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.until > now ? entry.value : undefined
  }

  set(key: string, value: T, until: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#limit) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    this.#entries.set(key, { value, until })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** What has not ended, written longest ago first. */
  *entries(now: number): Generator<readonly [string, T]> {
    for (const [key, { value, until }] of this.#entries) if (until > now) yield [key, value]
  }

  sweep(now: number): void {
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key)
  }
}
