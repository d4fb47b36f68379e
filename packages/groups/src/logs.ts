/** All logs that this member has, its own and those of others, and how long they are kept. @module */
import type { AgentId } from '@vagus/identity'
import { decodeEntry, logName, logOfName, stubOf } from './entry.ts'
import { type Frame, maxRows, type Row } from './frame.ts'
import { keptFor, maxLogsOfSender } from './limits.ts'
import { OwnLog } from './own-log.ts'
import type { Change, GroupCrypto, GroupStore } from './ports.ts'
import type { Source } from './push.ts'
import { SenderLog } from './sender-log.ts'

const prefix = 'log/'

export class Logs {
  readonly own: OwnLog
  readonly #ownId: AgentId
  readonly #crypto: GroupCrypto
  readonly #others = new Map<string, SenderLog>()

  /** @throws {DecodeError} where the store holds what we did not write */
  constructor(group: string, own: AgentId, store: GroupStore, crypto: GroupCrypto) {
    const records = [...store.records()]
    this.own = new OwnLog(group, own, records, crypto)
    this.#ownId = own
    this.#crypto = crypto
    for (const [key, octets] of records)
      if (key.startsWith(prefix)) this.#others.set(key.slice(prefix.length), SenderLog.read(octets, crypto))
  }

  get areEmpty(): boolean {
    return this.own.log === undefined && this.#others.size === 0
  }

  /** A log of another. */
  get(name: string): SenderLog | undefined {
    return this.#others.get(name)
  }

  /** One more of its sender; where that has too many, the oldest goes. */
  add(log: Uint8Array, added: SenderLog): readonly Change[] {
    const changes: Change[] = []
    const ofSender = [...this.#others].filter(([, { sender }]) => sender === added.sender)
    const [[oldest] = []] = ofSender
    if (ofSender.length >= maxLogsOfSender && oldest !== undefined) {
      this.#others.delete(oldest)
      changes.push(
        { type: 'remove', key: prefix + oldest },
        { type: 'drop', log: oldest, seq: Number.MAX_SAFE_INTEGER },
      )
    }
    this.#others.set(logName(log), added)
    return changes
  }

  /** Its state, for the store. */
  kept(name: string): Change {
    return { type: 'put', key: prefix + name, octets: this.#others.get(name)!.encode() }
  }

  /** `undefined`: the log is not known. */
  sourceOf(name: string): Source | undefined {
    const { own } = this
    if (name === own.name) return { name, sender: this.#ownId, have: own.last, dropped: own.dropped }
    const log = this.#others.get(name)
    return log && { name, sender: log.sender, have: log.have, dropped: log.dropped }
  }

  /** What is there of these logs; those that are not known are left out. */
  rows(names: Iterable<string>, state: Row['state']): Row[] {
    return [...names].flatMap((name) => {
      const source = this.sourceOf(name)
      return source === undefined ? [] : [{ log: logOfName(name), seq: source.have, state }]
    })
  }

  /** What is there of one log. */
  changes(name: string, state: Row['state']): Frame {
    return { type: 'have', extent: 'changes', rows: this.rows([name], state) }
  }

  /** What is there of all. */
  whole(): Frame {
    const { name } = this.own
    const names = [...(name === undefined ? [] : [name]), ...this.#others.keys()].slice(0, maxRows)
    return { type: 'have', extent: 'whole', rows: this.rows(names, 'has') }
  }

  /**
   * Drops what is older than is kept, and of the largest logs what is more; of each log the stub of the last one stays.
   * @param keeps octets @param now milliseconds since 1970
   */
  trim(store: GroupStore, keeps: number, now: number): void {
    for (;;) {
      // Who sends most makes the room: one that floods the group pushes out nothing of others.
      const isFull = store.octets > keeps
      const oldest = store.oldest(isFull ? 'largest log' : 'all')
      if (oldest === undefined || (!isFull && oldest.at > now - keptFor)) return
      const { log: name, seq } = oldest
      const stub = stubOf(decodeEntry(oldest.octets), this.#crypto)
      const changes: Change[] = [{ type: 'drop', log: name, seq }]
      const log = this.#others.get(name)
      if (name === this.own.name) changes.push(...this.own.drop(stub))
      else if (log !== undefined) {
        log.drop(stub)
        changes.push(this.kept(name))
      }
      store.write(changes)
    }
  }
}
