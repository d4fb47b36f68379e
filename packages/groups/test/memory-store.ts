/** What a member keeps, in memory: it outlives the engine, as a disk outlives a process. */
import type { Change, Delivered, GroupStore, Missed, StoredEntry } from '../src/index.ts'

export class MemoryStore implements GroupStore {
  readonly #records = new Map<string, Uint8Array>()
  readonly #logs = new Map<string, StoredEntry[]>()
  octets = 0
  readonly delivered: (Delivered | Missed)[] = []

  records(): Iterable<readonly [string, Uint8Array]> {
    return this.#records
  }

  entries(log: string, seq: number, count: number, octets: number): readonly StoredEntry[] {
    const all = this.#logs.get(log) ?? []
    let first = all.length
    while (first > 0 && all[first - 1]!.seq > seq) first--
    const found: StoredEntry[] = []
    let sum = 0
    for (const entry of all.slice(first, first + count)) {
      sum += entry.octets.length
      if (found.length > 0 && sum > octets) break
      found.push(entry)
    }
    return found
  }

  oldest(of: 'all' | 'largest log'): StoredEntry | undefined {
    const sizeOf = (log: readonly StoredEntry[]): number => log.reduce((sum, { octets }) => sum + octets.length, 0)
    const logs = [...this.#logs.values()].sort((a, b) => sizeOf(b) - sizeOf(a))
    const firsts = (of === 'all' ? logs : logs.slice(0, 1)).flatMap(([first]) => (first === undefined ? [] : [first]))
    return firsts.sort((a, b) => a.at - b.at)[0]
  }

  write(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === 'put') this.#records.set(change.key, change.octets.slice())
      else if (change.type === 'remove') this.#records.delete(change.key)
      else if (change.type === 'append') this.#append(change.entry)
      else if (change.type === 'deliver') this.delivered.push(change.what)
      else this.#drop(change.log, change.seq)
    }
  }

  /** As it is now: what a copy of the disk would hold. */
  copy(): MemoryStore {
    const copy = new MemoryStore()
    for (const [key, octets] of this.#records) copy.#records.set(key, octets.slice())
    for (const [log, entries] of this.#logs) copy.#logs.set(log, [...entries])
    copy.octets = this.octets
    copy.delivered.push(...this.delivered)
    return copy
  }

  #append(entry: StoredEntry): void {
    const log = this.#logs.get(entry.log)
    if (log === undefined) this.#logs.set(entry.log, [entry])
    else log.push(entry)
    this.octets += entry.octets.length
  }

  #drop(name: string, seq: number): void {
    const log = this.#logs.get(name) ?? []
    this.#logs.set(
      name,
      log.filter((each) => each.seq > seq),
    )
    for (const { octets } of log.filter((each) => each.seq <= seq)) this.octets -= octets.length
  }
}
