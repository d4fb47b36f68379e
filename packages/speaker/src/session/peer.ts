/** One peer: the session engine joined to its connections, timers and tables. @module */
import type { Socket } from 'node:net'
import {
  ceaseSubcode,
  decodeMessage,
  type Effect,
  encodeMessage,
  errorCode,
  type Event,
  type FamilyName,
  families,
  familyKey,
  familyNameOf,
  familyOfKey,
  initialSession,
  type Intake,
  messageType,
  type Negotiated,
  notification,
  type Parting,
  refreshSubtype,
  type Session,
  step,
  type Timer,
  type Way,
} from '@vagus/bgp'
import type { PeerStatus } from '../api.ts'
import type { SessionFacts, SpeakerEvent } from '../event.ts'
import type { PeerOptions, SpeakerOptions } from '../options.ts'
import type { RoutesIn } from '../routes/routes-in.ts'
import { RoutesOut } from '../routes/routes-out.ts'
import type { Connection } from './connection.ts'
import { Connections, type ConnectionsPorts } from './connections.ts'
import type { ReadingTurns } from './reading-turns.ts'
import { factsOf, familyNamesOf, reasonText } from './describe.ts'
import { sessionConfigOf } from './session-config.ts'
import { Timers } from './timers.ts'

type RouteEffect = Extract<
  Effect,
  | { type: 'established' | 'down' | 'drop-routes' | 'mark-stale' | 'drop-stale' }
  | { type: 'update' | 'send-routes' | 'refreshed' }
>

export interface PeerPorts {
  readonly emit: (event: SpeakerEvent) => void
  /** Told when a session begins, before its first route. */
  readonly onEstablished: (peer: Peer, negotiated: Negotiated) => void
  /** Where the connections that the peer opens are read by turns. */
  readonly turns?: ReadingTurns | undefined
  /** Whether End-of-RIB may go out already (RFC 4724 §4.1). */
  readonly ends: () => 'with ends' | 'without ends'
}

export class Peer {
  readonly options: PeerOptions
  readonly routesIn: RoutesIn
  readonly routesOut = new RoutesOut()
  readonly #speaker: SpeakerOptions
  readonly #ports: PeerPorts
  #config: ReturnType<typeof sessionConfigOf>
  #session: Session = initialSession
  readonly #timers = new Timers<Timer>((timer) => this.#happen({ type: 'timer', timer }))
  readonly #connections: Connections
  /** Events that come up while another one is worked on. */
  readonly #events: Event[] = []
  #isBusy = false
  #since = Date.now()
  #lastReason: string | undefined
  #facts: SessionFacts | undefined
  #flaps = 0
  /** An UPDATE or KEEPALIVE came in this read. */
  #isHeard = false
  #messagesIn = 0
  #messagesOut = 0
  #faults = 0
  #faultToldAt = 0

  constructor(
    options: PeerOptions,
    speaker: SpeakerOptions,
    start: 'fresh' | 'restarted',
    routesIn: RoutesIn,
    ports: PeerPorts,
  ) {
    this.options = options
    this.routesIn = routesIn
    this.#speaker = speaker
    this.#ports = ports
    this.#config = sessionConfigOf(speaker, options, start)
    const connectionsPorts: ConnectionsPorts = {
      happen: (event) => this.#happen(event),
      onMessage: (octets, type, from) => this.#received(octets, type, from),
      onRead: (from) => this.#read(from),
      onDrain: () => this.pump(),
      onDialFailed: (problem) => (this.#lastReason = problem),
    }
    this.#connections = new Connections(options, connectionsPorts, ports.turns)
  }

  start(): void {
    this.#happen({ type: 'start' })
  }

  /** The session ends, the peer's routes are forgotten, no new attempt. */
  stop(parting: Parting): void {
    this.#happen({ type: 'stop', parting })
    this.#timers.clearAll()
  }

  /** Ends the session with Cease 6/4 and begins a new one. */
  reset(): void {
    this.#happen({ type: 'reset', notification: notification(errorCode.cease, ceaseSubcode.administrativeReset) })
  }

  /** The next sessions are not the first ones after a restart any more. */
  converged(): void {
    this.#config = sessionConfigOf(this.#speaker, this.options, 'fresh')
    this.pump()
  }

  /** A connection that the peer opened. */
  accept(socket: Socket): void {
    this.#connections.add(socket, 'accepted')
  }

  get negotiated(): Negotiated | undefined {
    return this.#session.state === 'established' ? this.#session.negotiated : undefined
  }

  /** Asks for all routes of a family again (RFC 2918). */
  refresh(family: FamilyName): 'asked' | 'not negotiated' | 'not established' {
    if (this.#session.state !== 'established') return 'not established'
    const { negotiated, way } = this.#session
    if (negotiated.refresh === 'none' || !negotiated.receive.families.has(familyKey(families[family])))
      return 'not negotiated'
    this.#send(way, encodeMessage(refreshMessage(families[family], refreshSubtype.request)))
    return 'asked'
  }

  /** Sends what there is to tell, as much as the connection takes. */
  pump(): void {
    const session = this.#session
    if (session.state !== 'established') return
    const connection = this.#connections.get(session.way)
    for (;;) {
      if (connection === undefined || connection.isFull) return
      const messages = this.routesOut.take(this.#ports.ends())
      if (messages.length === 0) return
      for (const message of messages) this.#send(session.way, message)
    }
  }

  /**
   * Sends whole messages as they are, of whoever encodes once for many peers. False when there is no session, or what was
   * sent before still waits; then the caller has to tell the newest state later.
   */
  relay(messages: Uint8Array): boolean {
    const session = this.#session
    if (session.state !== 'established') return false
    const connection = this.#connections.get(session.way)
    if (connection === undefined || connection.isFull) return false
    this.#send(session.way, messages)
    // An UPDATE says as much as a KEEPALIVE (RFC 4271 §4.4).
    const { holdTime } = session.negotiated
    if (holdTime > 0) this.#timers.set(`keepalive-${session.way}`, (holdTime * 1000) / 3)
    return true
  }

  status(): PeerStatus {
    const { name, address, as, group } = this.options
    return {
      name,
      address,
      as,
      ...(group === undefined ? {} : { group }),
      state: this.#session.state,
      since: this.#since,
      ...(this.#facts === undefined ? {} : { session: this.#facts }),
      ...(this.#lastReason === undefined ? {} : { lastReason: this.#lastReason }),
      flaps: this.#flaps,
      received: this.routesIn.counts(),
      announced: this.routesOut.counts(),
      unsendable: this.routesOut.unsendable,
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      faults: this.#faults,
    }
  }

  #happen(event: Event): void {
    this.#events.push(event)
    if (this.#isBusy) return
    this.#isBusy = true
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#work(next)
    this.#isBusy = false
  }

  #work(event: Event): void {
    const before = this.#session
    const [session, effects] = step(before, event, this.#config, Math.random())
    this.#session = session
    const down = effects.findLast((effect) => effect.type === 'down')
    const reason = down && reasonText(down.reason)
    const isOver = before.state === 'established' && session.state !== 'established'
    // Told before the routes that go with it, which would look as if the peer had withdrawn them.
    if (isOver) this.#changed(before, reason)
    for (const effect of effects) this.#perform(effect)
    if (!isOver && (before.state !== session.state || reason !== undefined)) this.#changed(before, reason)
  }

  #changed(before: Session, reason: string | undefined): void {
    const { state } = this.#session
    this.#since = Date.now()
    if (reason !== undefined) this.#lastReason = reason
    if (before.state === 'established' && state !== 'established') {
      this.#flaps++
      this.#facts = undefined
    }
    this.#ports.emit({
      type: 'peer',
      peer: this.options.name,
      state,
      ...(this.#facts === undefined ? {} : { session: this.#facts }),
      ...(reason === undefined ? {} : { reason }),
    })
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'dial':
        this.#connections.dial()
        return
      case 'adopt':
        this.#connections.adopt(effect.way)
        return
      case 'refuse':
        this.#connections.refuse(effect.notification)
        return
      case 'close':
        this.#connections.close(effect.way)
        return
      case 'send':
        this.#send(effect.way, encodeMessage(effect.message))
        return
      case 'set-timer':
        this.#timers.set(effect.timer, effect.after)
        return
      case 'clear-timer':
        this.#timers.clear(effect.timer)
        return
      case 'established':
      case 'down':
      case 'drop-routes':
      case 'mark-stale':
      case 'drop-stale':
      case 'update':
      case 'send-routes':
      case 'refreshed':
        this.#performOnRoutes(effect)
    }
  }

  #performOnRoutes(effect: RouteEffect): void {
    switch (effect.type) {
      case 'established':
        this.#established(effect.way, effect.negotiated)
        return
      case 'down':
        this.routesOut.end()
        return
      case 'drop-routes':
        this.routesIn.dropRoutes(effect.families)
        return
      case 'mark-stale':
        this.routesIn.markStale(effect.families)
        return
      case 'drop-stale':
        this.routesIn.dropStale(effect.families)
        return
      case 'update':
        this.#taken(this.routesIn.receive(effect.octets))
        return
      case 'send-routes':
        this.#repeat(effect.family)
        return
      case 'refreshed':
        if (effect.phase === 'begin') this.routesIn.markStale([effect.family])
        else this.routesIn.dropStale([effect.family])
    }
  }

  /** In the established session UPDATE and KEEPALIVE take a short way: they change nothing but tables and one timer. */
  #received(octets: Uint8Array, type: number, from: Connection): void {
    this.#messagesIn++
    const session = this.#session
    if (session.state === 'established' && this.#connections.get(session.way) === from) {
      if (type === messageType.update || type === messageType.keepalive) {
        this.#isHeard = true
        if (type === messageType.update) this.#taken(this.routesIn.receive(octets))
        return
      }
    }
    const way = this.#connections.wayOf(from)
    if (way === undefined) return
    // A copy: what the session keeps of it must outlive the read.
    this.#happen({ type: 'message', way, message: decodeMessage(octets.slice(), from.framer.maxLength) })
  }

  /** The hold timer is set once for all messages of a read: a full table is hundreds of thousands. */
  #read(from: Connection): void {
    const session = this.#session
    const isHeard = this.#isHeard
    this.#isHeard = false
    if (!isHeard || session.state !== 'established' || this.#connections.get(session.way) !== from) return
    const { holdTime } = session.negotiated
    if (holdTime > 0) this.#timers.set(`hold-${session.way}`, holdTime * 1000)
  }

  #send(way: Way, octets: Uint8Array): void {
    this.#messagesOut++
    this.#connections.get(way)?.send(octets)
  }

  #established(way: Way, negotiated: Negotiated): void {
    const connection = this.#connections.get(way)
    if (connection === undefined) return
    connection.framer.maxLength = negotiated.maxLength
    this.#facts = factsOf(way, negotiated, connection)
    this.routesIn.begin(negotiated)
    this.#ports.onEstablished(this, negotiated)
    const { localAs, role } = this.#config
    this.routesOut.begin({ negotiated, localAs, localAddress: connection.localAddress, role })
    setImmediate(() => this.pump())
  }

  /** What an UPDATE asks of the session. */
  #taken(intake: Intake): void {
    switch (intake.type) {
      case 'taken':
        return
      case 'end-of-rib': {
        this.#happen({ type: 'end-of-rib', family: intake.family })
        const family = familyNameOf(intake.family)
        if (family !== undefined) this.#ports.emit({ type: 'end-of-rib', peer: this.options.name, family })
        return
      }
      case 'limit': {
        const subcode = intake.of === 'prefixes' ? ceaseSubcode.maxPrefixes : ceaseSubcode.outOfResources
        this.#happen({ type: 'reset', notification: notification(errorCode.cease, subcode) })
        return
      }
      case 'faults':
    }
    this.#faulty(intake)
  }

  #faulty({ treatment, faults }: Intake & { type: 'faults' }): void {
    this.#faults++
    const problems = faults.map(({ problem }) => problem)
    // A peer whose every UPDATE is wrong must not flood the agent: one event a second, the rest is counted.
    if (treatment === 'afi-safi-disable' || Date.now() - this.#faultToldAt >= 1000) {
      this.#faultToldAt = Date.now()
      this.#ports.emit({ type: 'fault', peer: this.options.name, treatment, problems })
    }
    const worst = faults.find((one) => one.treatment === 'session-reset')
    if (worst !== undefined) this.#happen({ type: 'reset', notification: worst.notification })
    else if (treatment === 'afi-safi-disable') {
      for (const one of faults) if (one.treatment === treatment) this.#disable(one.family!, one.problem)
    }
  }

  /** A family that the fault names ends alone (RFC 7606 §2). */
  #disable(family: number, problem: string): void {
    this.#happen({ type: 'disable-family', family })
    if (this.#session.state !== 'established' || this.#facts === undefined) return
    const { negotiated } = this.#session
    this.routesIn.begin(negotiated)
    this.#facts = { ...this.#facts, families: familyNamesOf(negotiated) }
    this.#lastReason = `${familyNameOf(family)} ended: ${problem}`
  }

  #repeat(family: number): void {
    const session = this.#session
    if (session.state !== 'established') return
    const mark = (subtype: number): Uint8Array => encodeMessage(refreshMessage(familyOfKey(family), subtype))
    const marks = { begin: mark(refreshSubtype.begin), end: mark(refreshSubtype.end) }
    const isEnhanced = session.negotiated.refresh === 'enhanced'
    for (const message of this.routesOut.repeat(family, isEnhanced ? marks : undefined))
      this.#send(session.way, message)
    setImmediate(() => this.pump())
  }
}

const refreshMessage = ({ afi, safi }: { afi: number; safi: number }, subtype: number) =>
  ({ type: 'route-refresh', afi, safi, subtype, filters: new Uint8Array(0) }) as const
