/**
 * The connection ids of a session: those that packets from the peer may carry, and those to use towards the peer. Each
 * path accepts its current id and the next one; the peer's next path is accepted under its first id.
 * @module
 */
import type { ChannelCrypto } from '../ports.ts'
import { connectionIdOctets } from '../handshake-message.ts'
import { connectionIdsFor, idGroup } from './direction-keys.ts'
import type { SessionEvent } from './event.ts'
import type { Lasting } from './lasting.ts'
import { readUint32, writeUint32 } from './packet.ts'
import type { PathId } from './path-state.ts'

interface Local {
  readonly path: PathId
  readonly sequence: number
  /**
   * The id as two signed 32-bit numbers: every session at rest keeps five, and any other form would take twice as much
   * memory.
   */
  readonly high: number
  readonly low: number
}

/** Ids derived together. */
interface Group {
  readonly receiver: 'initiator' | 'responder'
  readonly paths: number
  readonly sequences: number
  readonly ids: Uint8Array
}

/** Groups kept in addition to the first two, which are all that most sessions ever need. */
const maxGroups = 2

export class ConnectionIds {
  readonly #crypto: ChannelCrypto
  readonly #lasting: Lasting
  readonly #emit: (event: SessionEvent) => void
  /** Only a few: a linear search is faster than building a table key. */
  #local: readonly Local[] = []
  #groups: Group[] | undefined

  constructor(crypto: ChannelCrypto, lasting: Lasting, emit: (event: SessionEvent) => void) {
    this.#crypto = crypto
    this.#lasting = lasting
    this.#emit = emit
    this.listen(0, 0)
  }

  /** The path of the id at octet 1 of `packet`. */
  find(packet: Uint8Array): Local | undefined {
    const high = readUint32(packet, 1) | 0
    const low = readUint32(packet, 5) | 0
    for (const local of this.#local) if (local.high === high && local.low === low) return local
    return undefined
  }

  listen(path: PathId, sequence: number): void {
    for (const local of this.#local) if (local.path === path && local.sequence === sequence) return
    const id = this.#of(this.#lasting.role, path, sequence)
    this.#local = this.#local.concat({ path, sequence, high: readUint32(id, 0) | 0, low: readUint32(id, 4) | 0 })
    this.#emit({ type: 'listen', connectionId: id.slice() }) // a copy, not a view of secrets
  }

  /** Ids of `path` before `sequence` are no longer accepted. */
  unlisten(path: PathId, sequence = Infinity): void {
    this.#local = this.#local.filter((local) => {
      if (local.path !== path || local.sequence >= sequence) return true
      this.#unlistened(local)
      return false
    })
  }

  unlistenAll(): void {
    for (const local of this.#local) this.#unlistened(local)
    this.#local = []
  }

  #unlistened({ high, low }: Local): void {
    const connectionId = new Uint8Array(connectionIdOctets)
    writeUint32(connectionId, 0, high)
    writeUint32(connectionId, 4, low)
    this.#emit({ type: 'unlisten', connectionId })
  }

  /** The id that packets to the peer carry. */
  remote(path: PathId, sequence: number): Uint8Array {
    return this.#of(this.#lasting.role === 'initiator' ? 'responder' : 'initiator', path, sequence)
  }

  /** The first ids of path 0 were chosen in the handshake. */
  #of(receiver: 'initiator' | 'responder', path: PathId, sequence: number): Uint8Array {
    const lasting = this.#lasting
    if (path === 0 && sequence === 0)
      return receiver === lasting.role ? lasting.connectionId : lasting.remoteConnectionId
    const paths = Math.floor(path / idGroup.paths)
    const sequences = Math.floor(sequence / idGroup.sequences)
    const isFirst = paths === 0 && sequences === 0
    const ids = isFirst ? lasting.firstIds(receiver) : this.#group(receiver, paths, sequences).ids
    const at = ((path % idGroup.paths) * idGroup.sequences + (sequence % idGroup.sequences)) * connectionIdOctets
    return ids.subarray(at, at + connectionIdOctets)
  }

  #group(receiver: 'initiator' | 'responder', paths: number, sequences: number): Group {
    const groups = (this.#groups ??= [])
    const known = groups.find(
      (group) => group.receiver === receiver && group.paths === paths && group.sequences === sequences,
    )
    if (known !== undefined) return known
    const group = {
      receiver,
      paths,
      sequences,
      ids: connectionIdsFor(this.#crypto, this.#lasting.exporter, receiver, paths, sequences),
    }
    groups.push(group)
    if (groups.length > maxGroups) groups.shift()
    return group
  }
}
