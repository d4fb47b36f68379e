/** A handshake that this agent initiates over one route: sends until an answer arrives. @module */
import {
  connectionIdOctets,
  type Established,
  idKeyOf,
  Initiator,
  kindOf,
  maxResumeOctets,
  Resumption,
  type Suite,
  type Ticket,
} from '@vagus/channel'
import { channelCrypto, type HostRoute, randomOctets } from '@vagus/transport'
import type { TurnoverMap } from '@vagus/wire'
import type { Cancellation } from '../dial/cancellation.ts'
import { clock } from '../link/clock.ts'
import { AgentError } from '../errors.ts'
import type { EarlyOctets } from './early-octets.ts'
import type { OwnSide } from './own-side.ts'
import { sendMessage } from './send-message.ts'

/** Milliseconds until an unanswered datagram is sent again; doubled each time. */
const firstPatience = 250
const maxPatience = 2000

/** An unanswered datagram is sent again after so many times what answers usually take. */
const resendAfter = 3
/** Weight of the newest answer in the average. */
const newest = 1 / 8
/** Milliseconds above which a longer wait says nothing more: it would not change when a datagram is sent again. */
const maxWait = maxPatience / resendAfter
let lately = 0

/**
 * Average milliseconds that recent answers to handshakes took, counted from the last transmission, so that an outage
 * does not count. Includes the work of this process, whose agents share the processor. From 0, if there were none, to
 * 667.
 */
export const usualWait = (): number => lately

/** Pending handshakes by connection id, to which answers are delivered. */
export type Awaiting = TurnoverMap<string, (message: Uint8Array) => void>

interface Conversation<Result> {
  readonly connectionId: Uint8Array
  readonly message: Uint8Array
  /** What follows from an answer; `undefined` if it is forged, and the right one may still arrive. */
  readonly answered: (answer: Uint8Array) => { readonly send: Uint8Array } | { readonly result: Result } | undefined
}

/** What a request to a route needs. */
export interface Over {
  readonly route: HostRoute
  readonly awaiting: Awaiting
  readonly cancellation: Cancellation
}

/** @throws {AgentError} `refused` if the other side supports no suite of ours; the reason of `cancellation` */
export async function shakeHands(own: OwnSide, remoteStatic: Uint8Array, over: Over): Promise<Established> {
  const first = await tryHandshake(own, remoteStatic, undefined, over)
  const second = 'keys' in first ? first : await tryHandshake(own, remoteStatic, first, over)
  if ('keys' in second) return second
  throw new AgentError('refused', 'the other side supports none of our suites')
}

function tryHandshake(
  own: OwnSide,
  remoteStatic: Uint8Array,
  suite: Suite | undefined,
  over: Over,
): Promise<Established | Suite> {
  const connectionId = randomOctets(connectionIdOctets)
  const initiator = new Initiator({
    crypto: channelCrypto,
    static: own.identity.static,
    ephemeral: own.keys.dhKey(),
    kem: own.keys.kemKey(),
    connectionId,
    suites: own.suites,
    ...(suite === undefined ? {} : { suite }),
    remoteStatic,
    context: new Uint8Array(0),
    payload: own.digest,
  })
  return converse(over, {
    connectionId,
    message: initiator.hello,
    answered(answer) {
      const outcome = initiator.receive(answer)
      if (outcome.type === 'refused') return undefined
      if (outcome.type === 'send') return outcome
      return { result: outcome.type === 'established' ? outcome.session : outcome.suite }
    },
  })
}

/**
 * The session started by `ticket`; `undefined` if the other side no longer knows the ticket. It may have read the early
 * octets all the same: before its answer was lost, or if an attacker in between forged this one.
 * @throws the reason of `cancellation`
 */
export function resume(
  ticket: Ticket,
  { first, padding }: Pick<EarlyOctets, 'first' | 'padding'>,
  over: Over,
): Promise<Established | undefined> {
  const { route } = over
  const connectionId = randomOctets(connectionIdOctets)
  const resumption = new Resumption({
    crypto: channelCrypto,
    ticket,
    connectionId,
    random: randomOctets(32),
    early: first,
    padding: { by: padding, most: route.kind === 'datagram' ? route.maxOctets : maxResumeOctets },
    context: new Uint8Array(0),
  })
  return converse<Established | undefined>(over, {
    connectionId,
    message: resumption.hello,
    answered(answer) {
      const outcome = resumption.receive(answer)
      if (outcome.type === 'refused') return undefined
      return { result: outcome.type === 'established' ? outcome.session : undefined }
    },
  })
}

function converse<Result>(
  { route, awaiting, cancellation }: Over,
  { connectionId, message, answered }: Conversation<Result>,
): Promise<Result> {
  const name = idKeyOf(connectionId)
  return new Promise((resolve, reject) => {
    let sent = 0
    let patience = Math.max(firstPatience, resendAfter * lately)
    let timer: NodeJS.Timeout | undefined
    const send = (octets: Uint8Array): void => {
      sent = clock()
      sendMessage(route, octets)
      if (route.kind !== 'datagram') return
      clearTimeout(timer)
      timer = setTimeout(() => send(octets), patience)
      patience = Math.min(patience * 2, maxPatience)
    }
    const stop = (): void => {
      clearTimeout(timer)
      awaiting.delete(name)
      cancellation.delete(cancelled)
    }
    const cancelled = (reason: Error): void => {
      stop()
      reject(reason)
    }
    cancellation.add(cancelled)
    if (cancellation.reason !== undefined) return
    awaiting.set(name, (answer) => {
      const next = answered(answer)
      if (next === undefined) return
      if ('send' in next) {
        send(next.send)
        return
      }
      stop()
      lately += (Math.min(clock() - sent, maxWait) - lately) * newest
      resolve(next.result)
    })
    send(message)
  })
}

/** Offset of the initiator's connection id in a message of the responder. */
const idAt = 2

/** The connection id of an answer to an initiator, as a key; `undefined` for other messages. */
export function answeredIdOf(message: Uint8Array): string | undefined {
  const kind = kindOf(message)
  if (kind === undefined || kind === 'hello' || kind === 'finish' || kind === 'resume') return undefined
  return message.length < idAt + connectionIdOctets ? undefined : idKeyOf(message, idAt)
}
