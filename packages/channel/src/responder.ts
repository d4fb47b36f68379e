/**
 * The side that answers. `admit` looks at a hello without remembering anything and without a single key agreement;
 * `Responder` then reads it:
 *
 *   hello → admit → reply (retry or decline), refused, or admitted
 *         → Responder.begin → whom it is with (IK), what it says → answer → established (IK)
 *                                                                  finish → established (XX)
 * @module
 */
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
import { concatOctets, equalInConstantTime } from './octets.ts'
import type { ChannelCrypto, DhKey } from './ports.ts'
import { RefusalError, type Refused, settle } from './refusal.ts'
import { bestSuite, type Suite } from './suite.ts'

/** To an address that is not proven at most this many times what it sent (RFC 9000 §8.1). */
export const amplification = 3

export interface AdmitPolicy {
  /** The best first. */
  readonly suites: readonly Suite[]
  readonly cookies: CookieJar
  /** `busy`: a hello without a cookie is sent back before any public-key work. */
  readonly load: 'idle' | 'busy'
}

/** A hello that may be read. */
export interface Admitted {
  readonly type: 'admitted'
  readonly hello: Hello
  readonly suite: Suite
  /** Whether the source is known to receive what is sent there. */
  readonly source: 'proven' | 'unproven'
  /** Octets that may be sent back. */
  readonly answerLimit: number
}

/**
 * What to do with a `message` that may be a hello and came from `source` (address and port, always in the same form;
 * for a connection that proved its source, `proven`).
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
  /** The X25519 key of the own identity document. */
  readonly static: DhKey
  /** Fresh, used in no other handshake. */
  readonly ephemeral: DhKey
  /** 8 fresh random octets. */
  readonly connectionId: Uint8Array
  /** Octets that the initiator knows likewise. */
  readonly context: Uint8Array
}

export type Answered =
  | { readonly type: 'answered'; readonly send: Uint8Array; readonly session: Established | undefined }
  | Refused

export class Responder {
  readonly #config: ResponderConfig
  readonly #admitted: Admitted
  readonly #noise: NoiseHandshake
  #payload: Uint8Array = new Uint8Array(0)

  private constructor(config: ResponderConfig, admitted: Admitted, noise: NoiseHandshake) {
    this.#config = config
    this.#admitted = admitted
    this.#noise = noise
  }

  /** Reads the hello. Refused when it does not decrypt: then nothing is sent back, and nothing is kept. */
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
      if (name === undefined) throw new RefusalError('version', `pattern ${hello.pattern} is not spoken here`)
      const prologue = prologueOf(hello, config.context)
      const noise = new NoiseHandshake({ ...config, pattern: suite.patterns[name], role: 'responder', prologue })
      const responder = new Responder(config, admitted, noise)
      const read = noise.read(hello.noise)
      if (read.type === 'refused') return read
      responder.#payload = read.payload
      return { type: 'begun', responder }
    })
  }

  /** With IK the initiator's key; with XX it comes with the finish. */
  get remoteStatic(): Uint8Array | undefined {
    return this.#noise.remoteStatic
  }

  /** With IK what the initiator says about itself. It may be a replay: see `InitiatorConfig`. */
  get payload(): Uint8Array {
    return this.#payload
  }

  /**
   * The answer; with IK the session is there with it, with XX after `finish`. Refused as `amplification` when it is too
   * long for an address that is not proven: then drop this responder, and let `admit` ask for a cookie (`busy`).
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
          `an answer of ${send.length} octets to an address that is not proven; ${this.#admitted.answerLimit} may be sent`,
        )
      }
      return { type: 'answered', send, session: this.#noise.done ? this.#established() : undefined }
    })
  }

  /** The finish of XX. After a refusal the right one may still come. */
  finish(message: Uint8Array): { readonly type: 'established'; readonly session: Established } | Refused {
    return settle(() => {
      const { connectionId, noise } = decodeMessage('finish', message)
      if (!equalInConstantTime(connectionId, this.#config.connectionId)) {
        throw new RefusalError('malformed', 'is of another handshake')
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
      remoteStatic: this.#noise.remoteStatic!, // the last message of either pattern comes after it
      connectionId: this.#config.connectionId,
      remoteConnectionId: new Uint8Array(this.#admitted.hello.connectionId), // a view keeps the whole hello in memory
      payload: this.#payload.slice(), // likewise
    }
  }
}
