/**
 * The newest document of each agent that was met, by whichever way it came: nobody goes back to an older one, nor to another
 * history of its keys, also not where this process began again meanwhile.
 * @module
 */
import { type AgentId, type CompactJws, type Identity, relationOf, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { AgentError } from './errors.ts'

/** Of documents in memory, some 6 KiB each. At the limit the one that was used longest ago goes. */
const maxNewest = 4096

/** What outlives the process of an agent that was met. */
export interface KeptPeer {
  readonly document: CompactJws
  readonly shownEpoch: number
  /** Milliseconds since 1970 when it was kept: the document was valid then. */
  readonly at: number
}

/** Where they are kept; with a limit of its own. */
export interface PeerStore {
  find(id: AgentId): KeptPeer | undefined
  /** Does nothing where the disk refuses: the agents that are met are not to wait for it. */
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
  /** Highest epoch that the agent itself showed with these keys: a look-up may be ahead of it, and need not be believed. */
  readonly shownEpoch: number
}

export class NewestDocuments {
  readonly #store: PeerStore
  readonly #newest = new Map<AgentId, Newest>()

  constructor(store: PeerStore) {
    this.#store = store
  }

  /** The agent itself shows `identity`. @throws {AgentError} `wrong-peer` when it showed a newer one before */
  shown(identity: Identity, now: number): void {
    const { id, epoch, keyLog } = identity
    const known = this.#of(id)
    const newest = this.of(identity, now, 'wrong-peer')
    const isBehind = newest.keyLog.length > keyLog.length || epoch < (known?.shownEpoch ?? 0)
    if (newest !== identity && isBehind)
      throw new AgentError('wrong-peer', `${id} showed epoch ${epoch}; a newer document of it is known already`)
    this.#remember({ identity: newest, shownEpoch: epoch }, now)
  }

  /** `identity`, or a newer one of the same agent. @throws {AgentError} when its keys have another history */
  of(identity: Identity, now: number, code: 'unknown-agent' | 'wrong-peer' = 'unknown-agent'): Identity {
    const { id, keyLog } = identity
    const known = this.#of(id)
    const relation = known === undefined ? 'newer' : relationOf(known.identity, identity)
    if (relation === 'fork')
      throw new AgentError(code, `the key log of ${id} does not go on from the one that is known`)
    if (relation === 'older') return known!.identity
    const isRotated = known === undefined || known.identity.keyLog.length < keyLog.length
    this.#remember({ identity, shownEpoch: isRotated ? 0 : known.shownEpoch }, now)
    return identity
  }

  close(): void {
    this.#store.close()
  }

  #of(id: AgentId): Newest | undefined {
    const present = this.#newest.get(id)
    if (present !== undefined) return present
    const kept = this.#store.find(id)
    const read = kept && verifyDocument(kept.document, kept.at, identityCrypto)
    if (kept === undefined || read?.type !== 'verified' || read.identity.id !== id) return undefined
    const newest = { identity: read.identity, shownEpoch: kept.shownEpoch }
    this.#put(newest)
    return newest
  }

  #remember(newest: Newest, now: number): void {
    const { id, document } = newest.identity
    const before = this.#newest.get(id)
    this.#put(newest)
    if (before?.identity.document === document && before.shownEpoch === newest.shownEpoch) return
    this.#store.keep(id, { document, shownEpoch: newest.shownEpoch, at: now })
  }

  #put(newest: Newest): void {
    const { id } = newest.identity
    this.#newest.delete(id)
    this.#newest.set(id, newest)
    if (this.#newest.size > maxNewest) this.#newest.delete(this.#newest.keys().next().value!)
  }
}
