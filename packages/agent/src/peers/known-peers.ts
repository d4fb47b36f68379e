/**
 * The peers that this agent has seen: credentials by digest, so that a handshake need not carry them, and the
 * identities they proved, so that signatures are verified once.
 * @module
 */
import { credentialsDigest, encodeCredentials, type Peer, verifyPeer } from '@vagus/channel'
import type { AgentId, CompactJws, Identity } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { AgentError } from '../errors.ts'
import type { FoundAgent } from '../lookup.ts'
import { NewestDocuments, noPeerStore, type PeerStore } from './newest-documents.ts'
import { verdictLifetime, verifyLately } from './verified-documents.ts'

/**
 * About 6 KiB each, 64 KiB at most. At the limit the least recently used one is dropped, and requested again when
 * needed.
 */
const maxKnown = 4096

interface Known {
  /** `undefined` for an agent that speaks for itself: they can be rebuilt from its document in `verdict`. */
  credentials: Uint8Array | undefined
  verdict: { readonly peer: Peer; readonly at: number } | undefined
}

export class KnownPeers {
  readonly #known = new Map<string, Known>()
  /** Recent results of look-ups, by document. */
  readonly #found = new Map<CompactJws, { readonly identity: Identity; readonly at: number }>()
  readonly #newest: NewestDocuments

  /** @param store its content outlives the process */
  constructor(store: PeerStore = noPeerStore) {
    this.#newest = new NewestDocuments(store)
  }

  /** Keeps credentials that a look-up found or that proved a peer, and returns their name. */
  add(credentials: Uint8Array): string {
    const name = nameOf(credentialsDigest(credentials, identityCrypto))
    if (!this.#known.has(name)) this.#known.set(name, { credentials: credentials.slice(), verdict: undefined })
    if (this.#known.size > maxKnown) this.#known.delete(this.#known.keys().next().value!)
    return name
  }

  /**
   * The identity that a look-up's answer proves, or the newer one that the agent itself has presented; keeps its
   * credentials.
   * @throws {AgentError} `unknown-agent`
   */
  found({ document, rootDocument = '', delegations = [] }: FoundAgent, now: number): Identity {
    const before = this.#found.get(document)
    if (before !== undefined && now - before.at < verdictLifetime && now < before.identity.expiresAt)
      return this.#newest.of(before.identity, now, 'wanted')
    const answer = verifyLately(document, now)
    if (answer.type === 'refused') throw new AgentError('unknown-agent', answer.because.problem)
    this.add(encodeCredentials({ document, rootDocument, delegations }))
    this.#found.set(document, { identity: answer.identity, at: now })
    if (this.#found.size > maxKnown) this.#found.delete(this.#found.keys().next().value!)
    return this.#newest.of(answer.identity, now, 'wanted')
  }

  /**
   * The peer that sent `payload` (full credentials or a digest) to `own` with the key `remoteStatic`; `unseen` if only
   * an unknown digest came. @throws {AgentError} `wrong-peer`, also if a mandate is for talking to others
   */
  verify(payload: Uint8Array, remoteStatic: Uint8Array, now: number, own: AgentId): Peer | 'unseen' {
    const name = nameOf(payload)
    const known = this.#known.get(name)
    if (known !== undefined) {
      this.#known.delete(name)
      this.#known.set(name, known)
      const { verdict } = known
      const holds = verdict !== undefined && now - verdict.at < verdictLifetime && now < endOf(verdict.peer)
      if (holds && Buffer.compare(verdict.peer.identity.keys.x25519, remoteStatic) === 0) {
        this.#newest.shown(verdict.peer.identity, now)
        return verdict.peer
      }
    }
    const seen = (): Uint8Array | undefined => known && credentialsOf(known)
    const answer = verifyPeer(payload, remoteStatic, now, identityCrypto, seen, verifyLately)
    if (answer.type === 'refused') {
      if (answer.because.code === 'unseen') return 'unseen'
      throw new AgentError('wrong-peer', answer.because.problem)
    }
    const { peer } = answer
    const { audience } = peer.mandate ?? {}
    if (audience !== undefined && !audience.includes(own))
      throw new AgentError('wrong-peer', `the mandate of ${peer.identity.id} is not for talking to ${own}`)
    this.#newest.shown(peer.identity, now)
    const kept = known ?? this.#known.get(this.add(payload))! // sound: `payload` is complete, or it would not verify
    kept.verdict = { peer, at: now }
    if (peer.mandate === undefined) kept.credentials = undefined
    return peer
  }

  /**
   * The same for `credentials` that were sent for the digest `claim`. Kept once they prove the peer: anyone can send
   * some, and 4,096 strangers would displace all known peers.
   */
  verifyShown(claim: Uint8Array, credentials: Uint8Array, ...rest: [Uint8Array, number, AgentId]): Peer | 'unseen' {
    const isMeant = nameOf(credentialsDigest(credentials, identityCrypto)) === nameOf(claim)
    return isMeant ? this.verify(credentials, ...rest) : 'unseen'
  }

  /** Closes its store. */
  close(): void {
    this.#newest.close()
  }
}

/** Milliseconds since 1970 from which on `peer` is no longer valid. */
const endOf = ({ identity, mandate }: Peer): number => Math.min(identity.expiresAt, mandate?.expiresAt ?? Infinity)

function credentialsOf({ credentials, verdict }: Known): Uint8Array | undefined {
  const document = verdict?.peer.identity.document
  if (credentials !== undefined || document === undefined) return credentials
  return encodeCredentials({ document, rootDocument: '', delegations: [] })
}

/** A copy, because a view would first move short arrays out of V8's heap. */
const nameOf = (payload: Uint8Array): string => Buffer.from(payload).toString('latin1')
