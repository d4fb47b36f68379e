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
import { idKeyOf, isIdKeyOf } from './id-key.ts'
import type { PathId } from './path-state.ts'

interface Local {
  readonly path: PathId
  readonly sequence: number
  /** The same string as in the host's table: every session at rest has five of them. */
  readonly id: string
}

/** Ids derived together. */
interface Group {
  readonly receiver: 'initiator' | 'responder'
  readonly paths: number
  readonly sequences: number
  readonly ids: Uint8Array
}

const none: readonly Local[] = []
/** Offset of the id in a packet. */
const idAt = 1

/** Groups kept in addition to the first two, which are all that most sessions ever need. */
const maxGroups = 2

export class ConnectionIds {
  readonly #crypto: ChannelCrypto
  readonly #lasting: Lasting
  readonly #emit: (event: SessionEvent) => void
  /** Only a few: a linear search is faster than building a table key. */
  #local = none
  #groups: Group[] | undefined

  constructor(crypto: ChannelCrypto, lasting: Lasting, emit: (event: SessionEvent) => void) {
    this.#crypto = crypto
    this.#lasting = lasting
    this.#emit = emit
    this.listen(0, 0)
  }

  /** The path of the id at octet 1 of `packet`. */
  find(packet: Uint8Array): Local | undefined {
    for (const local of this.#local) if (isIdKeyOf(local.id, packet, idAt)) return local
    return undefined
  }

  listen(path: PathId, sequence: number): void {
    for (const local of this.#local) if (local.path === path && local.sequence === sequence) return
    const id = this.#keyOf(path, sequence)
    this.#local = this.#local.concat({ path, sequence, id })
    this.#emit({ type: 'listen', id })
  }

  /** Ids of `path` before `sequence` are no longer accepted. */
  unlisten(path: PathId, sequence = Infinity): void {
    this.#local = this.#local.filter((local) => {
      if (local.path !== path || local.sequence >= sequence) return true
      this.#emit({ type: 'unlisten', id: local.id })
      return false
    })
  }

  unlistenAll(): void {
    for (const { id } of this.#local) this.#emit({ type: 'unlisten', id })
    this.#local = none
  }

  /** The id that packets to the peer carry. */
  remote(path: PathId, sequence: number): Uint8Array {
    return this.#of(this.#lasting.role === 'initiator' ? 'responder' : 'initiator', path, sequence)
  }

  /** Of an id of this side. */
  #keyOf(path: PathId, sequence: number): string {
    const { role } = this.#lasting
    const isInFirst = path < idGroup.paths && sequence < idGroup.sequences && path + sequence > 0
    return isInFirst ? this.#lasting.firstIdKey(role, placeOf(path, sequence)) : idKeyOf(this.#of(role, path, sequence))
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
    const at = placeOf(path, sequence)
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

/** Offset in the octets of its group. */
const placeOf = (path: PathId, sequence: number): number =>
  ((path % idGroup.paths) * idGroup.sequences + (sequence % idGroup.sequences)) * connectionIdOctets
