/**
 * The side that starts a session with a ticket. Its first octets travel with the first message, so the other side acts
 * on them after half a round trip.
 *
 *   begin → resume …     resumed → established
 *                        expired → do the whole handshake; the early octets were not read
 * @module
 */
import { concatOctets } from '@vagus/wire'
import type { Established } from '../established.ts'
import {
  connectionIdOctets,
  decodeMessage,
  encodeMessage,
  kindOf,
  randomOctets,
  ticketIdOctets,
} from '../handshake-message.ts'
import { tagOctets } from '../noise/symmetric-state.ts'
import { equalInConstantTime, noOctets } from '../octets.ts'
import type { ChannelCrypto } from '../ports.ts'
import { RefusalError, type Refused, settle } from '../refusal.ts'
import { paddedLength, type Padding, padmeLength } from '../session/padding.ts'
import { earlyContent, earlyEndOctets } from './early-content.ts'
import { earlyKey, onlyNonce, sessionKeys } from './key-schedule.ts'
import type { Ticket } from './ticket.ts'

/** Octets of a resume message before the ciphertext. */
export const resumeHeaderOctets = 2 + connectionIdOctets + ticketIdOctets + randomOctets
/** Minimum octets a resume message adds to the early octets: on a path of 1,200 octets, 1,125 are left for them. */
export const resumeOverhead = resumeHeaderOctets + earlyEndOctets + tagOctets
/** Maximum early octets. */
export const maxEarlyOctets = 16_384
/** Maximum octets of a resume message. */
export const maxResumeOctets = padmeLength(maxEarlyOctets + resumeOverhead)

export interface ResumptionConfig {
  readonly crypto: ChannelCrypto
  /** Not used anywhere else: the caller forgets it now. */
  readonly ticket: Ticket
  /** 8 fresh random octets. */
  readonly connectionId: Uint8Array
  /** 32 fresh random octets. */
  readonly random: Uint8Array
  /**
   * The first octets of the first stream. A ticket is accepted once, so they are acted on at most once. After `expired`
   * or silence, they must be sent again only under an identifier that the other side's journal knows.
   */
  readonly early: Uint8Array
  /** The message is padded by these lengths, or to `most` octets where that is less. Default: it is not. */
  readonly padding?: { readonly by: Padding; readonly most: number }
  /** Octets that the responder must also know. */
  readonly context: Uint8Array
}

export class Resumption {
  readonly #config: ResumptionConfig
  /** The first message. Sent again until an answer arrives. */
  readonly hello: Uint8Array

  constructor(config: ResumptionConfig) {
    const { crypto, ticket, connectionId, random, early, padding, context } = config
    if (connectionId.length !== connectionIdOctets || random.length !== randomOctets) {
      throw new RangeError(`"connectionId" must have ${connectionIdOctets} octets and "random" ${randomOctets}`)
    }
    if (early.length > maxEarlyOctets) {
      throw new RangeError(`"early" may have ${maxEarlyOctets} octets, got ${early.length}`)
    }
    const header = encodeMessage('resume', { connectionId, ticket: ticket.id, random, sealed: noOctets })
    const least = resumeOverhead + early.length
    const length = padding === undefined ? 0 : Math.min(paddedLength(least, padding.by), padding.most)
    const content = earlyContent(early, length - resumeHeaderOctets - tagOctets)
    const sealed = earlyKey(crypto, ticket.secret, header, context).seal(onlyNonce, header, content)
    this.#config = config
    this.hello = concatOctets(header, sealed)
  }

  /** What to do after a `message` arrived. Total: never throws, whatever the message is. */
  receive(
    message: Uint8Array,
  ): { readonly type: 'established'; readonly session: Established } | { readonly type: 'expired' } | Refused {
    return settle(() => {
      const kind = kindOf(message)
      if (kind === 'expired') {
        this.#check(decodeMessage('expired', message).connectionId)
        return { type: 'expired' }
      }
      if (kind !== 'resumed') throw new RefusalError('malformed', 'is not an answer to a resumption')
      return { type: 'established', session: this.#resumed(message) }
    })
  }

  #resumed(message: Uint8Array): Established {
    const { connectionId, random, sealed } = decodeMessage('resumed', message)
    this.#check(connectionId)
    const { crypto, ticket, early, context } = this.#config
    const { answer, keys } = sessionKeys(crypto, ticket.secret, this.hello, random, context)
    const remoteConnectionId = answer.open(onlyNonce, message.subarray(0, message.length - sealed.length), sealed)
    if (remoteConnectionId?.length !== connectionIdOctets) {
      throw new RefusalError('decrypt', 'the message does not decrypt')
    }
    return {
      role: 'initiator',
      suite: ticket.suite,
      keys,
      remoteStatic: ticket.remoteStatic,
      connectionId,
      remoteConnectionId,
      payload: noOctets,
      early,
    }
  }

  #check(connectionId: Uint8Array): void {
    if (equalInConstantTime(connectionId, this.#config.connectionId)) return
    throw new RefusalError('malformed', 'belongs to another handshake')
  }
}
