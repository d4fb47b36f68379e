/**
 * Handshakes that others initiate. Nothing is kept of a hello before it decrypts. Under load, no public-key work is
 * done until the sender has shown that it receives, nor for an address that sent several undecryptable hellos. The
 * first such hello ends a connection. A repeated hello gets the same answer again.
 * @module
 */
import {
  admit,
  type Admitted,
  cookieLifetime,
  CookieJar,
  connectionIdOctets,
  idKeyOf,
  patternCode,
  RecentMap,
  Responder,
} from '@vagus/channel'
import { channelCrypto, type HostRoute, randomOctets } from '@vagus/transport'
import { TurnoverMap } from '@vagus/wire'
import { clock } from '../link/clock.ts'
import type { Begun } from './begun.ts'
import { FailedHellos } from './failed-hellos.ts'
import type { OwnSide } from './own-side.ts'
import { sendMessage } from './send-message.ts'
import { type Tickets, withClaim } from './tickets.ts'

/** Milliseconds of a window spent on undecryptable hellos above which cookies are required. */
const wastedBusy = 10
const loadWindow = 100
/** Milliseconds for which a flood is expected to continue: otherwise it would be let in at the start of each window. */
const busyFor = 1000
/** Sessions in which the other side has not sent yet, above which cookies are required. */
const halfOpenBusy = 256
/**
 * Maximum of these sessions; above it the oldest is given up, since an honest peer sends within a round trip. About 100
 * KiB each.
 */
const maxHalfOpen = 1024
/** Answers kept for repeated hellos; at the limit the older half is dropped. */
const maxAnswers = 4096
/** Milliseconds for which answers are sent again. */
const answerLifetime = 10_000

/** The answer to a hello. `send` is dropped once the other side is known to have it. */
interface Answer {
  send: Uint8Array | undefined
  readonly at: number
}

/** A new session, until its peer has sent in it or it is given up: then `settled` must be called. */
export interface HalfOpen {
  /** No other one of this process has it. */
  readonly serial: number
  /** Whether it was given up already. */
  readonly isOver: boolean
  giveUp(): void
}

export class IncomingHandshakes {
  readonly #own: OwnSide
  readonly #onBegun: (begun: Begun) => HalfOpen
  /** By serial number, with the answer to the hello that started it. */
  readonly #halfOpen = new TurnoverMap<number, { readonly session: HalfOpen; readonly answer: Answer | undefined }>()
  readonly #cookies = new CookieJar(channelCrypto, randomOctets(32))
  readonly #rotation: NodeJS.Timeout
  readonly #tickets: Tickets
  readonly #answers = new RecentMap<Answer>(maxAnswers)
  readonly #failed = new FailedHellos()
  /** Connections closed because of a hello: nothing that arrived with it is read any more. */
  readonly #closed = new WeakSet<HostRoute>()
  #windowAt = 0
  #wasted = 0
  #busyUntil = 0

  constructor(own: OwnSide, tickets: Tickets, onBegun: (begun: Begun) => HalfOpen) {
    this.#own = own
    this.#tickets = tickets
    this.#onBegun = onBegun
    this.#rotation = setInterval(() => this.#cookies.rotate(randomOctets(32)), cookieLifetime).unref()
  }

  close(): void {
    clearInterval(this.#rotation)
  }

  hello(route: HostRoute, message: Uint8Array): void {
    if (this.#closed.has(route)) return
    const now = clock()
    if (this.#halfOpen.size >= halfOpenBusy) this.#busyUntil = now + busyFor
    const load = now < this.#busyUntil ? 'busy' : 'idle'
    const admitted = admit(message, route.source, { suites: this.#own.suites, cookies: this.#cookies, load })
    if (admitted.type === 'refused') return
    if (admitted.type === 'reply') {
      sendMessage(route, admitted.reply)
      return
    }
    const { hello } = admitted
    if (hello.pattern !== patternCode.IK) return // not XX: an initiator always knows our key
    // Over all that the cookie does not change, so a hello of someone else with this connection id gets its own answer.
    const name = idKeyOf(channelCrypto.hash(hello.connectionId, hello.noise))
    const again = this.#answers.get(name)
    if (again !== undefined) {
      if (now - again.at < answerLifetime && again.send !== undefined) sendMessage(route, again.send)
      return
    }
    if (load === 'busy' && this.#failed.areTooMany(route, now)) this.#close(route)
    else this.#shake(route, message, admitted, name, now)
  }

  /** The peer of `halfOpen` sent something, or the session was given up. */
  settled(halfOpen: HalfOpen, how: 'up' | 'over'): void {
    const answer = this.#halfOpen.get(halfOpen.serial)?.answer
    // A peer that sends in the session has the answer. The hello stays known, and starts nothing again.
    if (answer !== undefined && how === 'up') answer.send = undefined
    this.#halfOpen.delete(halfOpen.serial)
  }

  /** A ticket costs no public-key work, so only the table needs protection. */
  resume(route: HostRoute, message: Uint8Array): void {
    const outcome = this.#tickets.given.resume(message, {
      crypto: channelCrypto,
      connectionId: randomOctets(connectionIdOctets),
      random: randomOctets(32),
      context: new Uint8Array(0),
      now: Date.now(),
    })
    if (outcome.type === 'refused') return
    sendMessage(route, outcome.type === 'reply' ? outcome.reply : outcome.send)
    if (outcome.type !== 'resumed') return
    const { length: sent } = outcome.send
    const address = route.source === 'proven' ? 'proven' : { received: message.length, sent }
    this.#begin({ established: withClaim(outcome.session, outcome.peer), route, address, how: 'ticket' })
  }

  #shake(route: HostRoute, message: Uint8Array, admitted: Admitted, name: string, now: number): void {
    const answered = this.#read(route, admitted, now)?.answer(this.#own.digest)
    if (answered === undefined || answered.type === 'refused' || answered.session === undefined) return
    const answer: Answer = { send: answered.send, at: now }
    this.#answers.set(name, answer)
    sendMessage(route, answered.send)
    const address = admitted.source === 'proven' ? 'proven' : { received: message.length, sent: answered.send.length }
    this.#begin({ established: answered.session, route, address, how: 'handshake' }, answer)
  }

  /** `undefined` if the hello does not decrypt. */
  #read(route: HostRoute, admitted: Admitted, now: number): Responder | undefined {
    const begun = Responder.begin(
      {
        crypto: channelCrypto,
        static: this.#own.identity.static,
        ephemeral: this.#own.keys.dhKey(),
        connectionId: randomOctets(connectionIdOctets),
        context: new Uint8Array(0),
      },
      admitted,
    )
    if (begun.type === 'begun') return begun.responder
    this.#waste(now)
    if (admitted.source === 'proven') this.#failed.add(route, now)
    this.#close(route)
    return undefined
  }

  /** Closes a connection or a relay circuit. Any number of peers share one of our UDP sockets, so that stays open. */
  #close(route: HostRoute): void {
    if (route.source !== 'proven') return
    this.#closed.add(route)
    route.close()
  }

  /** Since `began`, the only work was to find out that a hello is invalid. */
  #waste(began: number): void {
    const now = clock()
    if (began - this.#windowAt > loadWindow) {
      this.#windowAt = began
      this.#wasted = 0
    }
    this.#wasted += now - began
    if (this.#wasted > wastedBusy) this.#busyUntil = now + busyFor
  }

  #begin(begun: Begun, answer?: Answer): void {
    const halfOpen = this.#onBegun(begun)
    if (halfOpen.isOver) return
    this.#halfOpen.set(halfOpen.serial, { session: halfOpen, answer })
    if (this.#halfOpen.size <= maxHalfOpen) return
    const [eldest] = this.#halfOpen.values()
    this.#halfOpen.delete(eldest!.session.serial)
    eldest!.session.giveUp()
  }
}
