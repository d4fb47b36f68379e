/**
 * Whom this agent has seen: credentials by digest, so that a handshake need not carry them, and who they turned out to
 * be, so that signatures are checked once. A peer never goes back to an older document.
 * @module
 */
import { credentialsDigest, encodeCredentials, type Peer, verifyPeer } from '@vagus/channel'
import { type AgentId, type CompactJws, type Identity, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { AgentError } from './errors.ts'
import type { Found } from './lookup.ts'

/** Some 6 KiB each. At the limit the one that was used longest ago goes, and is asked for again. */
const maxKnown = 4096
/** Milliseconds after which signatures and times are checked again. */
const verdictLifetime = 60_000

interface Known {
  readonly credentials: Uint8Array
  verdict: { readonly peer: Peer; readonly at: number } | undefined
}

export class KnownPeers {
  readonly #known = new Map<string, Known>()
  /** What look-ups answered lately, by document. */
  readonly #found = new Map<CompactJws, { readonly identity: Identity; readonly at: number }>()
  readonly #epochs = new Map<AgentId, number>()

  /** Keeps what a look-up found or a peer sent, and names it. */
  add(credentials: Uint8Array): string {
    const name = nameOf(credentialsDigest(credentials, identityCrypto))
    if (!this.#known.has(name)) this.#known.set(name, { credentials: credentials.slice(), verdict: undefined })
    if (this.#known.size > maxKnown) this.#known.delete(this.#known.keys().next().value!)
    return name
  }

  /** The identity that a look-up's answer proves, and its credentials kept. @throws {AgentError} `unknown-agent` */
  found({ document, rootDocument = '', delegations = [] }: Found, now: number): Identity {
    const before = this.#found.get(document)
    if (before !== undefined && now - before.at < verdictLifetime) return before.identity
    const answer = verifyDocument(document, now, identityCrypto)
    if (answer.type === 'refused') throw new AgentError('unknown-agent', answer.because.problem)
    this.add(encodeCredentials({ document, rootDocument, delegations }))
    this.#found.set(document, { identity: answer.identity, at: now })
    if (this.#found.size > maxKnown) this.#found.delete(this.#found.keys().next().value!)
    return answer.identity
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
      if (holds && Buffer.compare(verdict.peer.identity.keys.x25519, remoteStatic) === 0) return verdict.peer
    }
    const answer = verifyPeer(payload, remoteStatic, now, identityCrypto, () => known?.credentials)
    if (answer.type === 'refused') {
      if (answer.because.code === 'unseen') return 'unseen'
      throw new AgentError('wrong-peer', answer.because.problem)
    }
    const { peer } = answer
    this.#checkEpoch(peer)
    if (known !== undefined) known.verdict = { peer, at: now }
    return peer
  }

  #checkEpoch({ identity: { id, epoch } }: Peer): void {
    const newest = this.#epochs.get(id) ?? 0
    if (epoch < newest) throw new AgentError('wrong-peer', `${id} showed epoch ${epoch}; ${newest} is known already`)
    this.#epochs.delete(id)
    this.#epochs.set(id, epoch)
    if (this.#epochs.size > maxKnown) this.#epochs.delete(this.#epochs.keys().next().value!)
  }
}

const nameOf = (payload: Uint8Array): string =>
  Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1')
