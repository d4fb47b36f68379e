/**
 * The responder. `admit` checks a hello without keeping state and without any key agreement; `Responder` then reads it:
 *
 *   hello → admit → reply (retry or decline), refused, or admitted
 *         → Responder.begin → whom it is with (IK), what it says → answer → established (IK)
 *                                                                  finish → established (XX)
 * @module
 */
import { concatOctets } from '@vagus/wire'
import type { CookieJar } from './cookie.ts'
import type { Established } from './established.ts'
import {
  connectionIdOctets,
  decodeMessage,
  encodeMessage,
  type Hello,
  patternCode,
  prologueOf,
} from './handshake-message.ts'
import { NoiseHandshake } from './noise/handshake.ts'
import { equalInConstantTime, noOctets } from './octets.ts'
import type { ChannelCrypto, DhKey } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { bestSuite, type Suite } from './suite.ts'

/** Maximum ratio of octets sent to an unproven address to octets received from it (RFC 9000 §8.1). */
export const amplification = 3

export interface AdmitPolicy {
  /** Best first. */
  readonly suites: readonly Suite[]
  readonly cookies: CookieJar
  /** `busy`: a hello without a cookie is answered with a retry before any public-key work. */
  readonly load: 'idle' | 'busy'
}

/** A hello that may be read. */
export interface Admitted {
  readonly type: 'admitted'
  readonly hello: Hello
  readonly suite: Suite
  /** Whether the source is known to receive what is sent there. */
  readonly source: 'proven' | 'unproven'
  /** Maximum octets that may be sent back. */
  readonly answerLimit: number
}

/**
 * What to do with a `message` that may be a hello and came from `source`: the address and port, always in the same
 * form, or `proven` for a connection that proved its source.
 */
export function admit(
  message: Uint8Array,
  source: Uint8Array | 'proven',
  policy: AdmitPolicy,
): Admitted | { readonly type: 'reply'; readonly reply: Uint8Array } | Refused {
  return settle(() => {
    const hello = decodeMessage('hello', message)
    const { connectionId, cookie } = hello
    const proven = source === 'proven' || policy.cookies.accepts(cookie, source, connectionId)
    if (!proven && policy.load === 'busy') {
      const reply = encodeMessage('retry', { connectionId, cookie: policy.cookies.issue(source, connectionId) })
      return { type: 'reply', reply }
    }
    const suite = bestSuite(hello.offered, policy.suites)
    if (suite?.code !== hello.suite) {
      const suites = suite === undefined ? policy.suites.map(({ code }) => code) : [suite.code]
      return { type: 'reply', reply: encodeMessage('decline', { connectionId, suites }) }
    }
    const known = { type: 'admitted', hello, suite } as const
    return proven
      ? { ...known, source: 'proven', answerLimit: Infinity }
      : { ...known, source: 'unproven', answerLimit: amplification * message.length }
  })
}

export interface ResponderConfig {
  readonly crypto: ChannelCrypto
  /** The X25519 key of our own identity document. */
  readonly static: DhKey
  /** Fresh, not used in any other handshake. */
  readonly ephemeral: DhKey
  /** 8 fresh random octets. */
  readonly connectionId: Uint8Array
  /** Octets that the initiator must also know. */
  readonly context: Uint8Array
}

export type Answered =
  | { readonly type: 'answered'; readonly send: Uint8Array; readonly session: Established | undefined }
  | Refused

export class Responder {
  readonly #config: ResponderConfig
  readonly #admitted: Admitted
  readonly #noise: NoiseHandshake
  #payload = noOctets

  private constructor(config: ResponderConfig, admitted: Admitted, noise: NoiseHandshake) {
    this.#config = config
    this.#admitted = admitted
    this.#noise = noise
  }

  /** Reads the hello. If it does not decrypt it is refused, nothing is sent back, and nothing is kept. */
  static begin(
    config: ResponderConfig,
    admitted: Admitted,
  ): { readonly type: 'begun'; readonly responder: Responder } | Refused {
    return settle(() => {
      if (config.connectionId.length !== connectionIdOctets) {
        throw new RangeError(`"connectionId" must have ${connectionIdOctets} octets, got ${config.connectionId.length}`)
      }
      const { hello, suite } = admitted
      const name = hello.pattern === patternCode.XX ? 'XX' : hello.pattern === patternCode.IK ? 'IK' : undefined
      if (name === undefined) throw new RefusalError('version', `pattern ${hello.pattern} is not supported`)
      const prologue = prologueOf(hello, config.context)
      const noise = new NoiseHandshake({ ...config, pattern: suite.patterns[name], role: 'responder', prologue })
      const responder = new Responder(config, admitted, noise)
      const read = noise.read(hello.noise)
      if (read.type === 'refused') return read
      responder.#payload = read.payload
      return { type: 'begun', responder }
    })
  }

  /** The initiator's key: known now with IK, and after the finish with XX. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#noise.remoteStatic
  }

  /** The initiator's payload with IK. It may be a replay: see `InitiatorConfig`. */
  get payload(): Uint8Array {
    return this.#payload
  }

  /**
   * The answer. With IK it establishes the session; with XX `finish` does. Refused as `amplification` if it is too long
   * for an unproven address: then drop this responder and let `admit` ask for a cookie (`busy`).
   */
  answer(payload: Uint8Array): Answered {
    return settle(() => {
      const { connectionId } = this.#admitted.hello
      const noise = this.#noise.write(concatOctets(this.#config.connectionId, payload))
      if (!(noise instanceof Uint8Array)) return noise
      const send = encodeMessage('answer', { connectionId, noise })
      if (send.length > this.#admitted.answerLimit) {
        throw new RefusalError(
          'amplification',
          `an answer of ${send.length} octets to an unproven address; at most ${this.#admitted.answerLimit} may be sent`,
        )
      }
      return { type: 'answered', send, session: this.#noise.done ? this.#established() : undefined }
    })
  }

  /** The finish of XX. After a refusal the right one may still arrive. */
  finish(message: Uint8Array): { readonly type: 'established'; readonly session: Established } | Refused {
    return settle(() => {
      const { connectionId, noise } = decodeMessage('finish', message)
      if (!equalInConstantTime(connectionId, this.#config.connectionId)) {
        throw new RefusalError('malformed', 'belongs to another handshake')
      }
      const read = this.#noise.read(noise)
      if (read.type === 'refused') return read
      this.#payload = read.payload
      return { type: 'established', session: this.#established() }
    })
  }

  #established(): Established {
    return {
      role: 'responder',
      suite: this.#admitted.suite,
      keys: this.#noise.split(),
      remoteStatic: this.#noise.remoteStatic!, // sound: either pattern sends it before its last message
      connectionId: this.#config.connectionId,
      remoteConnectionId: new Uint8Array(this.#admitted.hello.connectionId), // a view would keep the whole hello
      payload: this.#payload.slice(), // for the same reason
    }
  }
}
