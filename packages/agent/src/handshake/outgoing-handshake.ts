/** A handshake that this agent begins, over one route: sends until something comes back. @module */
import {
  connectionIdOctets,
  type Established,
  Initiator,
  maxResumeOctets,
  Resumption,
  type Suite,
  type Ticket,
} from '@vagus/channel'
import { channelCrypto, type HostRoute, randomOctets } from '@vagus/transport'
import type { Cancellation } from '../dial/cancellation.ts'
import { clock } from '../link/clock.ts'
import { AgentError } from '../errors.ts'
import { idKeyOf } from './id-key.ts'
import { sendMessage } from './incoming-handshakes.ts'
import type { EarlyOctets } from './early-octets.ts'
import type { OwnSide } from './own-side.ts'

/** Milliseconds until a datagram that nothing came back for is sent again, doubled each time. */
const firstPatience = 250
const maxPatience = 2000

/** Of the time that handshakes lately took, the newest one's part. */
const newest = 1 / 8
let lately = 0

/** Milliseconds that handshakes of this process lately took, its own work included; 0: there was none. */
export const usualDuration = (): number => lately

/** Handshakes under way, by connection id: where answers go. */
export type Awaiting = Map<string, (message: Uint8Array) => void>

interface Conversation<Result> {
  readonly connectionId: Uint8Array
  readonly message: Uint8Array
  /** What follows from an answer; `undefined`: it is forged, and the right one may still come. */
  readonly answered: (answer: Uint8Array) => { readonly send: Uint8Array } | { readonly result: Result } | undefined
}

/** What a route is asked over. */
export interface Over {
  readonly route: HostRoute
  readonly awaiting: Awaiting
  readonly cancellation: Cancellation
}

/** @throws {AgentError} `refused` when the other side speaks no suite of ours; the reason of `cancellation` */
export async function shakeHands(own: OwnSide, remoteStatic: Uint8Array, over: Over): Promise<Established> {
  const first = await tryHandshake(own, remoteStatic, undefined, over)
  const second = 'keys' in first ? first : await tryHandshake(own, remoteStatic, first, over)
  if ('keys' in second) return second
  throw new AgentError('refused', 'the other side speaks none of our suites')
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
 * The session that `ticket` begins; `undefined`: the other side knows it no more. It may have read the early octets all
 * the same: before its answer was lost, or where somebody in between forged this one.
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
    ...(padding === 'padme' && { padding: { most: route.kind === 'datagram' ? route.maxOctets : maxResumeOctets } }),
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
    const began = clock()
    let patience = Math.min(Math.max(firstPatience, 3 * lately), maxPatience)
    let timer: NodeJS.Timeout | undefined
    const send = (octets: Uint8Array): void => {
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
      lately += (clock() - began - lately) * newest
      resolve(next.result)
    })
    send(message)
  })
}
