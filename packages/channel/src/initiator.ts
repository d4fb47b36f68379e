/**
 * The initiator. With the responder's key known it takes one round trip (IK), otherwise one and a half (XX):
 *
 *   begin → hello …            retry   → the same hello with the cookie, once
 *                              decline → begin again, with fresh keys and the suite that it names
 *                              answer  → established; with XX there is a finish to send
 *
 * A forged message, or one that does not decrypt, is refused and forgotten; the right answer may still arrive.
 * @module
 */
import type { Established } from './established.ts'
import {
  connectionIdOctets,
  decodeMessage,
  encodeMessage,
  type Hello,
  kindOf,
  patternCode,
  prologueOf,
} from './handshake-message.ts'
import { NoiseHandshake } from './noise/handshake.ts'
import { equalInConstantTime, noOctets } from './octets.ts'
import type { ChannelCrypto, DhKey, KemKey } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { bestSuite, type Suite } from './suite.ts'

export interface InitiatorConfig {
  readonly crypto: ChannelCrypto
  /** The X25519 key of our own identity document. */
  readonly static: DhKey
  /** Fresh, not used in any other handshake. */
  readonly ephemeral: DhKey
  /** Fresh, not used in any other handshake. */
  readonly kem: KemKey
  /** 8 fresh random octets. */
  readonly connectionId: Uint8Array
  /** All suites that policy allows, best first. The first is used, unless `suite` names another of them. */
  readonly suites: readonly Suite[]
  readonly suite?: Suite
  /** The responder's X25519 key, for IK. Default: XX. */
  readonly remoteStatic?: Uint8Array
  /** Octets that the responder must also know. */
  readonly context: Uint8Array
  /**
   * Sent in the hello with IK, otherwise in the finish. In a hello it can be replayed, and forged by a thief of the
   * responder's key: the responder may read it, but must not act on it before the established session confirms it.
   */
  readonly payload: Uint8Array
}

export type InitiatorOutcome =
  | { readonly type: 'established'; readonly session: Established; readonly send: Uint8Array | undefined }
  | { readonly type: 'send'; readonly send: Uint8Array }
  | { readonly type: 'declined'; readonly suite: Suite }
  | Refused

export class Initiator {
  readonly #config: InitiatorConfig
  readonly #suite: Suite
  readonly #noise: NoiseHandshake
  readonly #hello: Hello
  #retried = false

  constructor(config: InitiatorConfig) {
    const suite = config.suite ?? config.suites[0]
    if (suite === undefined || !config.suites.includes(suite)) throw new TypeError('"suite" must be one of "suites"')
    if (config.connectionId.length !== connectionIdOctets) {
      throw new RangeError(`"connectionId" must have ${connectionIdOctets} octets, got ${config.connectionId.length}`)
    }
    const name = config.remoteStatic === undefined ? 'XX' : 'IK'
    const header = {
      pattern: patternCode[name],
      suite: suite.code,
      offered: config.suites.map(({ code }) => code),
      connectionId: config.connectionId,
    }
    this.#config = config
    this.#suite = suite
    this.#noise = new NoiseHandshake({
      ...config,
      pattern: suite.patterns[name],
      role: 'initiator',
      prologue: prologueOf(header, config.context),
    })
    const noise = this.#noise.write(name === 'IK' ? config.payload : noOctets)
    if (!(noise instanceof Uint8Array)) throw new TypeError(`"remoteStatic": ${noise.because.problem}`)
    this.#hello = { ...header, cookie: noOctets, noise }
  }

  /** The first message. Sent again until an answer arrives. */
  get hello(): Uint8Array {
    return encodeMessage('hello', this.#hello)
  }

  /** What to do after a `message` arrived. Total: never throws, whatever the message is. */
  receive(message: Uint8Array): InitiatorOutcome {
    return settle(() => {
      const kind = kindOf(message)
      if (kind === 'answer') return this.#answer(message)
      if (kind === 'retry') return this.#retry(message)
      if (kind === 'decline') return this.#decline(message)
      throw new RefusalError('malformed', 'is not an answer to a hello')
    })
  }

  #answer(message: Uint8Array): InitiatorOutcome {
    const { connectionId, noise } = decodeMessage('answer', message)
    this.#checkConnectionId(connectionId)
    const read = this.#noise.read(noise)
    if (read.type === 'refused') return read
    if (read.payload.length < connectionIdOctets) throw new RefusalError('malformed', 'the answer has no connection id')
    const remoteConnectionId = read.payload.slice(0, connectionIdOctets)
    const finish = this.#noise.done ? undefined : this.#noise.write(this.#config.payload)
    if (finish !== undefined && !(finish instanceof Uint8Array)) return finish
    const session: Established = {
      role: 'initiator',
      suite: this.#suite,
      keys: this.#noise.split(),
      remoteStatic: this.#noise.remoteStatic!, // sound: known beforehand or read by now, as the pattern says
      connectionId: this.#config.connectionId,
      remoteConnectionId,
      payload: read.payload.slice(connectionIdOctets),
    }
    const send = finish && encodeMessage('finish', { connectionId: remoteConnectionId, noise: finish })
    return { type: 'established', session, send }
  }

  /** Only one retry is followed, so a stranger who forges retries makes us send only one more message. */
  #retry(message: Uint8Array): InitiatorOutcome {
    const { connectionId, cookie } = decodeMessage('retry', message)
    this.#checkConnectionId(connectionId)
    if (this.#retried || this.#noise.done) throw new RefusalError('turn', 'one retry was followed already')
    this.#retried = true
    return { type: 'send', send: encodeMessage('hello', { ...this.#hello, cookie }) }
  }

  /** A suggestion, not a decision: the responder refuses any suite but the best that both support. */
  #decline(message: Uint8Array): InitiatorOutcome {
    const { connectionId, suites } = decodeMessage('decline', message)
    this.#checkConnectionId(connectionId)
    if (this.#noise.done) throw new RefusalError('turn', 'the handshake is done')
    const suite = bestSuite(suites, this.#config.suites)
    if (suite === undefined || suite === this.#suite)
      throw new RefusalError('version', 'the other side supports none of our suites')
    return { type: 'declined', suite }
  }

  #checkConnectionId(connectionId: Uint8Array): void {
    if (equalInConstantTime(connectionId, this.#config.connectionId)) return
    throw new RefusalError('malformed', 'belongs to another handshake')
  }
}
