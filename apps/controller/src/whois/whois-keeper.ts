/**
 * Who was where, in the control state. Agents come and go by the second, and a write waits for the disk: so what changed is
 * written twice a minute, in a few documents with many agents each. A controller that is killed loses what ended in the last
 * half minute; what holds yet is told again within ten seconds.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import type { ControlStore } from '@vagus/store'
import type { Holding } from './holding.ts'
import type { HoldingBook } from './holding-book.ts'
import type { KeyAge, KeyAges } from './key-ages.ts'

const prefix = 'whois/'
/** With the full book some 300 KiB each. */
const buckets = 64

interface KeptBucket {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly agents: readonly {
    readonly id: AgentId
    readonly key: KeyAge | undefined
    readonly holdings: readonly Holding[]
  }[]
}

type Control = Pick<ControlStore, 'put' | 'values' | 'delete'>

export class WhoisKeeper {
  readonly #control: Control
  readonly #book: HoldingBook
  readonly #ages: KeyAges
  /** Buckets that are to be written; also those that the disk did not take. */
  readonly #due = new Set<number>()
  readonly #agents = Array.from({ length: buckets }, () => new Set<AgentId>())

  constructor(control: Control, book: HoldingBook, ages: KeyAges) {
    this.#control = control
    this.#book = book
    this.#ages = ages
  }

  /** Into the book, at the start. */
  load(): void {
    for (const { at, agents } of this.#control.values(prefix) as readonly KeptBucket[])
      // sound: what `keep` wrote
      for (const { id, key, holdings } of agents) {
        this.#agents[bucketOf(id)]!.add(id)
        if (key !== undefined) this.#ages.restore(id, key)
        this.#book.restore(holdings, at)
      }
    this.#book.takeChanged()
  }

  /** Writes down what changed since the last call, and what could not be written then. @throws {StoreError} */
  keep(changed: ReadonlySet<AgentId>, now: number): void {
    for (const id of changed) {
      const bucket = bucketOf(id)
      this.#due.add(bucket)
      this.#agents[bucket]!.add(id)
    }
    for (const bucket of this.#due) {
      const ids = this.#agents[bucket]!
      const agents = [...ids].map((id) => ({ id, key: this.#ages.of(id), holdings: this.#book.kept(id) }))
      const known = agents.filter(({ key, holdings }) => key !== undefined || holdings.length > 0)
      this.#agents[bucket] = new Set(known.map(({ id }) => id))
      if (known.length === 0) this.#control.delete(`${prefix}${bucket}`)
      else this.#control.put(`${prefix}${bucket}`, { at: now, agents: known } satisfies KeptBucket, now)
      this.#due.delete(bucket)
    }
  }
}

/** FNV-1a. */
function bucketOf(id: AgentId): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % buckets
}
