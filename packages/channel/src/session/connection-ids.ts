/**
 * The connection ids of a session: which ones packets from the peer may carry, and which ones to give to it. Each path
 * is reached by the id in use and the one after it; the next path of the peer by its first.
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
   * The id as two numbers, signed ones of 32 bits: every session at rest keeps five, and anything else would take twice
   * as much.
   */
  readonly high: number
  readonly low: number
}

/** Ids that were derived together. */
interface Group {
  readonly receiver: 'initiator' | 'responder'
  readonly paths: number
  readonly sequences: number
  readonly ids: Uint8Array
}

/** Groups that are kept besides the first two, which are all that most sessions ever need. */
const maxGroups = 2

export class ConnectionIds {
  readonly #crypto: ChannelCrypto
  readonly #lasting: Lasting
  readonly #emit: (event: SessionEvent) => void
  /** A few: a walk through them is quicker than a key for a table. */
  #local: readonly Local[] = []
  #groups: Group[] | undefined

  constructor(crypto: ChannelCrypto, lasting: Lasting, emit: (event: SessionEvent) => void) {
    this.#crypto = crypto
    this.#lasting = lasting
    this.#emit = emit
    this.listen(0, 0)
  }

  /** Which path the id at octet 1 of `packet` stands for. */
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
    this.#emit({ type: 'listen', connectionId: id.slice() }) // not a view of secrets
  }

  /** Ids of `path` older than `sequence` are done with. */
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

  /** The first of path 0 were chosen in the handshake. */
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
