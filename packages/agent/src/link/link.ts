/** One session as a `Connection` presents it: verifies and greets the peer, passes on streams and datagrams. @module */
import type { Duplex } from 'node:stream'
import { type Padding, type Peer, Session, type SessionEvent, type TrafficClass } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { lesserService } from '@vagus/qos'
import { channelCrypto, type HostRoute, randomOctets } from '@vagus/transport'
import { Broadcast } from '../broadcast.ts'
import { clock } from './clock.ts'
import { closeCode } from './close-code.ts'
import type { Connection, ConnectionEvent, IncomingDatagram, IncomingStream, Path } from '../connection.ts'
import { type Gaps, noGaps, sawGap } from '../gaps.ts'
import { AgentError, agentErrorWithoutStack, NotAdmittedError } from '../errors.ts'
import type { Begun } from '../handshake/begun.ts'
import type { HalfOpen } from '../handshake/incoming-handshakes.ts'
import { Deferred } from './deferred.ts'
import { Greetings } from './greetings.ts'
import { Introduction } from './introduction.ts'
import { LinkDatagrams } from './link-datagrams.ts'
import { maxWaitingEvents, overhead, upPatience, windows } from './link-limits.ts'
import type { LinkHost } from './link-host.ts'
import { LinkPaths } from './link-paths.ts'
import { noticeKind, otherVersion } from './notice.ts'
import type { Service } from '../service.ts'
import { SessionRunner, type SessionUser } from './session-runner.ts'
import type { SessionStream } from './session-stream.ts'
import { LinkStreams, type StreamsUser } from './link-streams.ts'
import { type SilenceUser, SilenceWatch } from './silence-watch.ts'

export class Link implements Connection, HalfOpen, SessionUser, SilenceUser, StreamsUser {
  readonly role: 'initiator' | 'responder'
  readonly how: Begun['how']
  static #nextSerial = 1
  readonly serial = Link.#nextSerial++
  readonly since = Date.now()
  readonly suite: string
  readonly runner: SessionRunner
  readonly routes: LinkPaths<Link>
  readonly #host: LinkHost<Link>
  readonly #introduction: Introduction
  readonly #greetings: Greetings
  readonly #closed = new Deferred<string>()
  readonly #up = new Deferred<void>()
  readonly #streams: LinkStreams
  readonly #datagrams: LinkDatagrams
  readonly #silence = new SilenceWatch(this)
  /** Includes the gaps of earlier sessions that this one replaced. */
  gaps: Gaps = noGaps
  moving: Connection['moving'] = undefined
  readonly #listeners = new Broadcast<ConnectionEvent>(maxWaitingEvents)
  /** Defined until the link is up. */
  #patience: NodeJS.Timeout | undefined
  /** Whether a path over TCP or WebSocket is worth its sockets: for bulk, and when datagrams get no answer. */
  wantsReliable = false
  #isConfirmed: boolean
  /** `closing`: the other side is notified; a new `connect` gets another link. */
  #state: 'opening' | 'up' | 'closing' | 'over' = 'opening'
  #reason = 'it was closed'

  constructor(host: LinkHost<Link>, begun: Begun) {
    const { established, route, address } = begun
    const given = { established, route, address, crypto: channelCrypto, limits: windows }
    const session = new Session({ ...given, seed: randomOctets(32), now: clock() })
    this.#host = host
    this.role = established.role
    this.how = begun.how
    this.suite = established.suite.name
    this.#introduction = new Introduction(session, host.own, established)
    this.#isConfirmed = this.role === 'initiator'
    this.#patience = setTimeout(
      (link: Link) => link.fail(new AgentError('unreachable', 'the other side fell silent')),
      upPatience,
      this,
    )
    this.runner = new SessionRunner(session, this, host.own.marks)
    this.#greetings = new Greetings(this.runner)
    this.#streams = new LinkStreams(this.runner, this)
    this.#datagrams = new LinkDatagrams(this.runner)
    this.routes = new LinkPaths(this.runner, route, this, host)
    this.greet()
    this.#verify()
    this.runner.begin()
  }

  /** Fulfilled after the greeting with the id of the peer's journal, in hexadecimal. @throws {AgentError} */
  get greeted(): Promise<string> {
    return this.#greetings.journal
  }

  /** The same, once greeted, if that journal outlives the peer's process. */
  get lastingJournal(): string | undefined {
    return this.#greetings.lastingJournal
  }

  get closed(): Promise<string> {
    return this.#closed.promise
  }

  get peer(): Peer {
    return this.#introduction.peer! // sound: nobody is given a link before it is up
  }

  /** The peer, if identified. */
  get provenPeer(): AgentId | undefined {
    return this.#introduction.peer?.identity.id
  }

  /** The peer's credentials from the handshake. */
  get claim(): Uint8Array {
    return this.#introduction.claim
  }

  get isUp(): boolean {
    return this.#state === 'up'
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** Fulfilled when the peer is identified. @throws {AgentError} */
  get ready(): Promise<void> {
    return this.#up.promise
  }

  get binding(): string {
    return Buffer.from(this.runner.session.derive('binding').subarray(0, 8)).toString('hex')
  }

  get padding(): Padding {
    return this.runner.session.padding
  }

  get moves(): number {
    return this.routes.moves
  }

  get traversal(): Connection['traversal'] {
    return this.routes.traversal
  }

  get carried(): Connection['carried'] {
    return this.runner.carried
  }

  get lateSince(): number | undefined {
    return this.runner.session.lateSince
  }

  get streamCount(): number {
    return this.#streams.count
  }

  get streamsByClass(): Connection['streamsByClass'] {
    return this.runner.session.streamsByClass()
  }

  get unread(): number {
    return this.#streams.unread
  }

  get isSilent(): boolean {
    return this.runner.session.isSilent
  }

  get maxDatagramOctets(): number {
    return this.routes.maxOctets - overhead
  }

  /** Tells the peer where this side can be reached, if that has changed since it was told. */
  greet(): void {
    this.#greetings.tell(this.#host.greeting())
  }

  receive(route: HostRoute, packet: Uint8Array): void {
    if (this.runner.receive(route, packet) === 'dropped') return // anyone who saw a connection id can send that
    this.routes.heard(route)
    this.#silence.heard()
  }

  openStream(service: Service): Duplex {
    return this.#streams.open(service)
  }

  /** The stream that started with early octets of this side; `rest` follows them. */
  begun(rest: Uint8Array): Duplex {
    return this.#streams.begun(rest)
  }

  streams(protocol: string): AsyncIterableIterator<IncomingStream, undefined> {
    return this.#streams.incoming(protocol)
  }

  sendDatagram(octets: Uint8Array, service: Service & { readonly deadline?: number }): boolean {
    return this.#datagrams.send(octets, service)
  }

  datagrams(protocol: string): AsyncIterableIterator<IncomingDatagram, undefined> {
    return this.#datagrams.incoming(protocol)
  }

  paths(): readonly Path[] {
    return this.routes.paths()
  }

  events(): AsyncIterableIterator<ConnectionEvent, undefined> {
    if (!this.isOver) this.routes.listen()
    return this.#listeners.listen()
  }

  async close(): Promise<void> {
    this.shut(0, 'it was closed')
    await this.closed
  }

  /** Ends the session and notifies the other side. */
  shut(code: number, reason: string): void {
    if (!this.isOver) this.#state = 'closing'
    this.#reason = reason
    this.runner.close(code, reason)
  }

  fail(error: AgentError, code: number = closeCode.failed): void {
    this.#failWaiting(error)
    this.shut(code, error.message)
  }

  /** Ends it if its peer is not admitted any more. One that is not up yet is judged when it would be: only then can its peer be told. */
  judge(): void {
    if (this.isUp && this.#refusal !== undefined) this.fail(new NotAdmittedError(this.#refusal), closeCode.refused)
  }

  giveUp(): void {
    this.fail(new AgentError('limit', 'too many newer sessions were opened'))
  }

  /** An address of this host is gone, or a connection broke. */
  lost(route: HostRoute): void {
    this.routes.lost(route)
    this.#silence.look()
  }

  ticked(): void {
    this.#silence.look()
  }

  sessionIsOver(): void {
    this.#broke()
    this.routes.close()
    this.#closed.resolve(this.#reason)
  }

  exchange(stream: SessionStream, claimed: TrafficClass): void {
    const most = this.#host.own.answersIn?.(this.peer)
    if (most !== undefined) stream.treat(lesserService(claimed, most))
    this.#host.exchange(stream, this.peer)
  }

  wantPaths(): void {
    this.wantsReliable = true
    if (this.isUp) this.#host.widen(this)
  }

  wantAnother(): void {
    this.#host.silent(this)
  }

  say(event: ConnectionEvent): void {
    this.#listeners.say(event)
  }

  happened(event: SessionEvent): void {
    if ('stream' in event) this.#streams.happened(event)
    else if ('path' in event) this.#pathEvent(event)
    else if (event.type === 'streams') this.#streams.openWaiting()
    else if (event.type === 'listen') this.#host.listenFor(event.id, this)
    else if (event.type === 'unlisten') this.#host.unlisten(event.id)
    else if (event.type === 'notice') this.#notice(event.kind, event.octets)
    else if (event.type === 'datagram') {
      if (this.isUp) this.#datagrams.arrived(event.octets)
    } else if (event.type === 'ticket') this.#host.ticket(this, event.ticket)
    else if (event.type === 'gap') sawGap(this, event.milliseconds)
    else if (event.type === 'confirmed') {
      this.#isConfirmed = true
      this.#goUp()
    } else if (event.type === 'closed') {
      if (event.by === 'peer') this.#closedByPeer(event.code, event.reason)
      if (event.reason !== '') this.#reason = event.reason
      this.#broke()
    }
  }

  #closedByPeer(code: number, reason: string): void {
    // The peer says what it does not accept about us, so that our operator can fix it.
    if (code === closeCode.failed)
      this.#failWaiting(new AgentError('refused', `the other side refuses this agent: ${reason}`))
    if (code === closeCode.refused) this.#notAdmitted(reason)
  }

  #notAdmitted(reason: string): void {
    const problem = `refused by ${this.provenPeer ?? 'the other side'}: ${reason}`
    this.#failWaiting(new NotAdmittedError(problem))
    this.#host.refused(this, problem)
  }

  get #refusal(): string | undefined {
    return this.#host.admitted.refusalOfSession(this.peer, this.role)
  }

  #pathEvent(event: Extract<SessionEvent, { readonly path: unknown }>): void {
    if (event.type === 'primary') this.routes.switched(event.path)
    else if (event.type === 'intent') this.routes.leaving(event.path)
    else if (event.type === 'rebound') this.routes.rebound()
    else this.routes.changed(event.path, event.state)
    this.#silence.look()
  }

  #notice(kind: number, octets: Uint8Array): void {
    if (kind === noticeKind.wanted) this.#introduction.show()
    else if (kind === noticeKind.credentials) this.#verify(octets)
    else if (kind === noticeKind.greeting) {
      try {
        this.routes.greeted(this.#greetings.read(octets))
      } catch {
        this.fail(new AgentError('other-version', otherVersion))
      }
    } else this.routes.noticed(kind, octets)
  }

  /** @param shown credentials received since the handshake */
  #verify(shown?: Uint8Array): void {
    if (this.#introduction.peer !== undefined) return
    try {
      const peer = this.#introduction.verify(shown)
      if (peer !== undefined) {
        this.runner.session.padding = this.#host.own.paddingFor(peer.identity.role)
        if (this.#refusal === undefined) this.#streams.trust('exchanges')
        queueMicrotask(() => this.#goUp())
      }
    } catch (error) {
      this.fail(error as AgentError) // sound: `verify` throws no other error
    }
    this.runner.wake()
  }

  #goUp(): void {
    if (this.#state !== 'opening' || this.provenPeer === undefined || !this.#isConfirmed) return
    if (this.#refusal !== undefined) return this.fail(new NotAdmittedError(this.#refusal), closeCode.refused)
    this.#state = 'up'
    this.#endPatience()
    this.#up.resolve()
    this.#host.up(this)
    this.#streams.trust('all')
    this.routes.tellSleep()
  }

  #failWaiting(error: AgentError): void {
    this.#up.reject(error)
    this.#greetings.fail(error) // exchanges wait for it on a link that is up already
  }

  #endPatience(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
  }

  /** Ends streams at once; the session still sends its close. */
  #broke(): void {
    if (this.isOver) return
    this.#state = 'over'
    this.#endPatience()
    this.#silence.end()
    const error = agentErrorWithoutStack('closed', this.#reason)
    this.#failWaiting(error)
    this.#streams.close(error)
    this.#datagrams.end()
    this.#listeners.end()
    this.#host.over(this)
  }
}
