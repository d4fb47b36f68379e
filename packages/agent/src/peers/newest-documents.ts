/**
 * The newest document of each agent that was met, by whichever way it came: nobody goes back to an older one, nor to
 * another history of its keys, nor to another document of the same epoch, also not where this process began again
 * meanwhile.
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
 * Documents in memory, some 6 KiB each: so many of agents that were looked up, and as many of strangers. At the limit
 * the least recently used one goes.
 */
const maxNewest = 4096

/**
 * `wanted`: it was looked up here. Strangers can be made at no cost, so they never displace agents that were looked up.
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
   * Highest epoch that the agent itself showed with these keys: a look-up may be ahead of it, and need not be believed.
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

  /** The agent itself shows `identity`. @throws {AgentError} `wrong-peer` when it showed a newer one before */
  shown(identity: Identity, now: number): void {
    const { id, epoch, keyLog } = identity
    const known = this.#of(id)
    const newest = this.of(identity, now, 'stranger')
    const isBehind = newest.keyLog.length > keyLog.length || epoch < (known?.shownEpoch ?? 0)
    if (newest !== identity && isBehind)
      throw new AgentError('wrong-peer', `${id} showed epoch ${epoch}; a newer document of it is known already`)
    this.#remember({ identity: newest, shownEpoch: epoch, standing: known?.standing ?? 'stranger' }, now)
  }

  /**
   * `identity`, or a newer one of the same agent. @throws {AgentError} when its keys have another history, the agent
   * has signed something else with the same keys and epoch, which was known first, or it goes back behind what was
   * known
   */
  of(identity: Identity, now: number, by: Standing): Identity {
    const { id, epoch, keyLog, document } = identity
    const known = this.#of(id)
    const relation = known === undefined ? 'newer' : relationOf(known.identity, identity)
    const code = by === 'wanted' ? 'unknown-agent' : 'wrong-peer'
    if (relation === 'fork') {
      throw new AgentError(code, `the key log of ${id} does not go on from the one that is known`)
    }
    if (relation === 'same' && known!.identity.document !== document) {
      throw new AgentError(
        code,
        `${id} has signed two documents of epoch ${epoch}; the one that was known first counts`,
      )
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

  #put(newest: Newest): void {
    const { id } = newest.identity
    this.#newest.stranger.delete(id)
    this.#newest.wanted.delete(id)
    const same = this.#newest[newest.standing].set(id, newest)
    if (same.size > maxNewest) same.delete(same.keys().next().value!)
  }
}
