/**
 * The newest document of each agent that was met, by whatever way it came. Agents cannot go back to an older document,
 * to another history of their keys, or to another document of the same epoch, not even across a restart of this
 * process.
 * @module
 */
import {
  type AgentId,
  type CompactJws,
  type Identity,
  refusalOfNewer,
  relationOf,
  verifyDocument,
} from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { AgentError } from '../errors.ts'

/**
 * Documents in memory, about 6 KiB each: this many of agents that were looked up, and as many of strangers. At the
 * limit the least recently used one is dropped.
 */
const maxNewest = 4096

/**
 * `wanted`: it was looked up here. Strangers cost nothing to make, so they never displace agents that were looked up.
 */
export type Standing = 'wanted' | 'stranger'

/** What is kept of an agent that was met, beyond the end of this process. */
export interface KeptPeer {
  readonly document: CompactJws
  readonly shownEpoch: number
  /** Milliseconds since 1970 when it was kept: the document was valid then. */
  readonly at: number
  readonly standing: Standing
}

/** Where kept peers are stored, with a limit for each standing. */
export interface PeerStore {
  find(id: AgentId): KeptPeer | undefined
  /** Does nothing if the disk refuses: connections must not wait for it. */
  keep(id: AgentId, peer: KeptPeer): void
  close(): void
}

/** For agents whose journal is in memory. */
export const noPeerStore: PeerStore = {
  find: () => undefined,
  keep() {
    // It is forgotten with the process.
  },
  close() {
    // Nothing is open.
  },
}

interface Newest {
  readonly identity: Identity
  /**
   * Highest epoch that the agent itself presented with these keys: a look-up may be ahead of it, and may be wrong.
   */
  readonly shownEpoch: number
  readonly standing: Standing
}

export class NewestDocuments {
  readonly #store: PeerStore
  readonly #newest = { wanted: new Map<AgentId, Newest>(), stranger: new Map<AgentId, Newest>() }

  constructor(store: PeerStore) {
    this.#store = store
  }

  /** The agent itself presents `identity`. @throws {AgentError} `wrong-peer` if it presented a newer one earlier */
  shown(identity: Identity, now: number): void {
    const { id, epoch, keyLog } = identity
    const known = this.#of(id)
    if (known?.identity === identity && known.shownEpoch === epoch) return this.#used(known)
    const newest = this.of(identity, now, 'stranger')
    const isBehind = newest.keyLog.length > keyLog.length || epoch < (known?.shownEpoch ?? 0)
    if (newest !== identity && isBehind)
      throw new AgentError('wrong-peer', `${id} presented epoch ${epoch}; a newer document of it is known already`)
    this.#remember({ identity: newest, shownEpoch: epoch, standing: known?.standing ?? 'stranger' }, now)
  }

  /**
   * `identity`, or a newer one of the same agent. @throws {AgentError} if its keys have a different history, if the
   * agent signed a different document for the same keys and epoch that was known first, or if it is older than what was
   * known
   */
  of(identity: Identity, now: number, by: Standing): Identity {
    const known = this.#of(identity.id)
    const isAsKnown = known?.identity === identity && (known.standing === 'wanted' || known.standing === by)
    if (!isAsKnown) return this.#compared(identity, known, now, by)
    this.#used(known)
    return identity
  }

  #compared(identity: Identity, known: Newest | undefined, now: number, by: Standing): Identity {
    const { id, epoch, keyLog, document } = identity
    const relation = known === undefined ? 'newer' : relationOf(known.identity, identity)
    const code = by === 'wanted' ? 'unknown-agent' : 'wrong-peer'
    if (relation === 'fork') {
      throw new AgentError(code, `the key log of ${id} does not continue the known one`)
    }
    if (relation === 'same' && known!.identity.document !== document) {
      throw new AgentError(code, `${id} has signed two documents of epoch ${epoch}; the first known one counts`)
    }
    const standing = known?.standing === 'wanted' ? 'wanted' : by
    if (relation === 'older') {
      if (known!.standing !== standing) this.#remember({ ...known!, standing }, now)
      return known!.identity
    }
    const refusal = known && relation === 'newer' ? refusalOfNewer(known.identity, identity) : undefined
    if (refusal !== undefined) throw new AgentError(code, `the document of ${id}: ${refusal.message}`)
    const isRotated = known === undefined || known.identity.keyLog.length < keyLog.length
    this.#remember({ identity, shownEpoch: isRotated ? 0 : known.shownEpoch, standing }, now)
    return identity
  }

  close(): void {
    this.#store.close()
  }

  #of(id: AgentId): Newest | undefined {
    const present = this.#newest.wanted.get(id) ?? this.#newest.stranger.get(id)
    if (present !== undefined) return present
    const kept = this.#store.find(id)
    const read = kept && verifyDocument(kept.document, kept.at, identityCrypto)
    if (kept === undefined || read?.type !== 'verified' || read.identity.id !== id) return undefined
    const newest = { identity: read.identity, shownEpoch: kept.shownEpoch, standing: kept.standing }
    this.#put(newest)
    return newest
  }

  #remember(newest: Newest, now: number): void {
    const { id, document } = newest.identity
    const { shownEpoch, standing } = newest
    const before = this.#newest[standing].get(id)
    this.#put(newest)
    if (before?.identity.document === document && before.shownEpoch === shownEpoch) return
    this.#store.keep(id, { document, shownEpoch, at: now, standing })
  }

  /** As it is known already. */
  #used(known: Newest): void {
    const { id } = known.identity
    const same = this.#newest[known.standing]
    same.delete(id)
    same.set(id, known)
  }

  #put(newest: Newest): void {
    const { id } = newest.identity
    this.#newest.stranger.delete(id)
    this.#newest.wanted.delete(id)
    const same = this.#newest[newest.standing].set(id, newest)
    if (same.size > maxNewest) same.delete(same.keys().next().value!)
  }
}
