/**
 * Whom this agent has seen: credentials by digest, so that a handshake need not carry them, and who they turned out to
 * be, so that signatures are checked once. A peer never goes back to an older document, nor to another history of its keys.
 * @module
 */
import { credentialsDigest, encodeCredentials, type Peer, verifyPeer } from '@vagus/channel'
import { type AgentId, type CompactJws, type Identity, relationOf } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { AgentError } from './errors.ts'
import type { Found } from './lookup.ts'
import { verdictLifetime, verifyLately } from './verified-documents.ts'

/** Some 6 KiB each, 64 KiB at most. At the limit the one that was used longest ago goes, and is asked for again. */
const maxKnown = 4096

interface Known {
  /** `undefined`: those of an agent that speaks for itself, which its document in `verdict` makes again. */
  credentials: Uint8Array | undefined
  verdict: { readonly peer: Peer; readonly at: number } | undefined
}

/** The newest document of an agent, by whichever way it came. */
interface Newest {
  readonly identity: Identity
  /** Highest epoch that the agent itself showed with these keys: a look-up may be ahead of it, and need not be believed. */
  readonly shownEpoch: number
}

export class KnownPeers {
  readonly #known = new Map<string, Known>()
  /** What look-ups answered lately, by document. */
  readonly #found = new Map<CompactJws, { readonly identity: Identity; readonly at: number }>()
  readonly #newest = new Map<AgentId, Newest>()

  /** Keeps what a look-up found or a peer sent, and names it. */
  add(credentials: Uint8Array): string {
    const name = nameOf(credentialsDigest(credentials, identityCrypto))
    if (!this.#known.has(name)) this.#known.set(name, { credentials: credentials.slice(), verdict: undefined })
    if (this.#known.size > maxKnown) this.#known.delete(this.#known.keys().next().value!)
    return name
  }

  /**
   * The identity that a look-up's answer proves, or the newer one that the agent itself has shown, and its credentials
   * kept. @throws {AgentError} `unknown-agent`
   */
  found({ document, rootDocument = '', delegations = [] }: Found, now: number): Identity {
    const before = this.#found.get(document)
    if (before !== undefined && now - before.at < verdictLifetime) return this.#newestOf(before.identity)
    const answer = verifyLately(document, now)
    if (answer.type === 'refused') throw new AgentError('unknown-agent', answer.because.problem)
    this.add(encodeCredentials({ document, rootDocument, delegations }))
    this.#found.set(document, { identity: answer.identity, at: now })
    if (this.#found.size > maxKnown) this.#found.delete(this.#found.keys().next().value!)
    return this.#newestOf(answer.identity)
  }

  /**
   * Who spoke `payload` (whole credentials or a digest) with the key `remoteStatic`; `unseen` when only the digest came.
   * @throws {AgentError} `wrong-peer`
   */
  verify(payload: Uint8Array, remoteStatic: Uint8Array, now: number): Peer | 'unseen' {
    const name = nameOf(payload)
    const known = this.#known.get(name)
    if (known !== undefined) {
      this.#known.delete(name)
      this.#known.set(name, known)
      const { verdict } = known
      const holds = verdict !== undefined && now - verdict.at < verdictLifetime
      if (holds && Buffer.compare(verdict.peer.identity.keys.x25519, remoteStatic) === 0) {
        this.#checkNewest(verdict.peer)
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
    this.#checkNewest(peer)
    if (known !== undefined) {
      known.verdict = { peer, at: now }
      if (peer.mandate === undefined) known.credentials = undefined
    }
    return peer
  }

  #checkNewest({ identity }: Peer): void {
    const { id, epoch, keyLog } = identity
    const known = this.#newest.get(id)
    const newest = this.#newestOf(identity, 'wrong-peer')
    const isBehind = newest.keyLog.length > keyLog.length || epoch < (known?.shownEpoch ?? 0)
    if (newest !== identity && isBehind)
      throw new AgentError('wrong-peer', `${id} showed epoch ${epoch}; a newer document of it is known already`)
    this.#remember({ identity: newest, shownEpoch: epoch })
  }

  /** `identity`, or a newer one of the same agent. @throws {AgentError} when its keys have another history */
  #newestOf(identity: Identity, code: 'unknown-agent' | 'wrong-peer' = 'unknown-agent'): Identity {
    const { id, keyLog } = identity
    const known = this.#newest.get(id)
    const relation = known === undefined ? 'newer' : relationOf(known.identity, identity)
    if (relation === 'fork')
      throw new AgentError(code, `the key log of ${id} does not go on from the one that is known`)
    if (relation === 'older') return known!.identity
    const isRotated = known === undefined || known.identity.keyLog.length < keyLog.length
    this.#remember({ identity, shownEpoch: isRotated ? 0 : known.shownEpoch })
    return identity
  }

  #remember(newest: Newest): void {
    const { id } = newest.identity
    this.#newest.delete(id)
    this.#newest.set(id, newest)
    if (this.#newest.size > maxKnown) this.#newest.delete(this.#newest.keys().next().value!)
  }
}

function credentialsOf({ credentials, verdict }: Known): Uint8Array | undefined {
  const document = verdict?.peer.identity.document
  if (credentials !== undefined || document === undefined) return credentials
  return encodeCredentials({ document, rootDocument: '', delegations: [] })
}

const nameOf = (payload: Uint8Array): string =>
  Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1')
