/**
 * Who the peer of a link is: by the credentials of its handshake, or, where those name a document that was not seen before,
 * by the ones that it shows when it is asked.
 * @module
 */
import type { Established, Peer, Session } from '@vagus/channel'
import type { OwnSide } from '../handshake/own-side.ts'
import { noticeKind } from './notice.ts'

export class Introduction {
  readonly #session: Pick<Session, 'notify'>
  readonly #own: OwnSide
  /** The peer's credentials from the handshake. */
  readonly claim: Uint8Array
  /** The key that the peer must prove to own; cleared once it has. */
  #remoteStatic: Uint8Array | undefined
  #peer: Peer | undefined
  /** Whether we asked for the credentials of the peer. */
  #hasAsked = false
  /** Whether we sent our own credentials. */
  #hasShown = false

  constructor(session: Pick<Session, 'notify'>, own: OwnSide, { remoteStatic, payload }: Established) {
    this.#session = session
    this.#own = own
    this.#remoteStatic = remoteStatic
    this.claim = payload
  }

  /** `undefined` until it is proven. */
  get peer(): Peer | undefined {
    return this.#peer
  }

  /** The peer asks for our credentials. */
  show(): void {
    if (this.#hasShown) return // two octets request all of it
    this.#hasShown = true
    for (const credentials of this.#own.shown) this.#session.notify(noticeKind.credentials, credentials)
  }

  /**
   * The peer, once; `undefined` if it was asked to show its credentials first. Not to be called again after that.
   * @param shown credentials received since the handshake
   * @throws {AgentError} when it is not who it says it is
   */
  verify(shown?: Uint8Array): Peer | undefined {
    const { known, id } = this.#own
    const spoken = [this.#remoteStatic!, Date.now(), id] as const
    const peer =
      shown === undefined ? known.verify(this.claim, ...spoken) : known.verifyShown(this.claim, shown, ...spoken)
    if (peer === 'unseen') {
      if (!this.#hasAsked) this.#session.notify(noticeKind.wanted, new Uint8Array(0))
      this.#hasAsked = true
      return undefined
    }
    this.#remoteStatic = undefined
    return (this.#peer = peer)
  }
}
