/** An agent at work: packets to sessions, names to connections, exchanges to handlers. @module */
import type { Duplex } from 'node:stream'
import { isOfSession, kindOf, type Peer, type Ticket } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { type Endpoint, type HostRoute, listen, RouteDialler, type RouteReceiver } from '@vagus/transport'
import { TurnoverMap } from '@vagus/wire'
import type { Agent, AgentOptions, Move, OwnIdentity } from './agent.ts'
import { Broadcast } from './broadcast.ts'
import { Backlogs } from './link/backlogs.ts'
import { callBack } from './dial/call-back.ts'
import type { Connection } from './connection.ts'
import { type ConnectOptions, Connector } from './dial/connector.ts'
import { Dialler } from './dial/dialler.ts'
import { AgentError } from './errors.ts'
import type { CallOptions, Exchange, ExchangeHandler } from './exchange.ts'
import type { ExchangeSession, Opening } from './exchange/exchange-session.ts'
import { Exchanges } from './exchange/exchanges.ts'
import { Finder } from './dial/finder.ts'
import { FurtherPaths } from './dial/further-paths.ts'
import { Radios } from './energy/radios.ts'
import { Condition } from './condition.ts'
import { IncomingHandshakes } from './handshake/incoming-handshakes.ts'
import { inTurn } from './dial/in-turn.ts'
import type { JournalStore } from './journal/journal-store.ts'
import { Link } from './link/link.ts'
import type { LinkHost } from './link/link-host.ts'
import { LinkOpener } from './dial/link-opener.ts'
import { Links, shutAll } from './link/links.ts'
import { type AddressChange, LocalAddresses } from './dial/local-addresses.ts'
import { answeredIdOf, type Awaiting } from './handshake/outgoing-handshake.ts'
import { Admitted } from './peers/admitted.ts'
import { Mandates } from './peers/mandates.ts'
import { natPorts } from './nat/ports.ts'
import { Puncher } from './nat/puncher.ts'
import { Greeter } from './link/greeter.ts'
import { OwnGreeting } from './link/own-greeting.ts'
import type { OwnSide } from './handshake/own-side.ts'
import { hostOf } from './dial/pairs.ts'
import { makeMove } from './dial/planned-move.ts'
import { RelayClient, type RelayPlace } from './relay/relay-client.ts'
import { Replacing } from './link/replacing.ts'
import { exchangeProtocol } from './link/service-header.ts'
import { RouteUsers } from './link/route-users.ts'
import { Tickets } from './handshake/tickets.ts'
import { Widening } from './dial/widening.ts'

/** Connections that an iterator of `connections()` has not taken yet; the oldest are dropped from it. */
const maxWaitingConnections = 1024
/** As many as a relay registers; an idle session takes about 13 KiB. */
const defaultMaxIncoming = 10_000
/** Maximum direct addresses: of the sixteen of a greeting, those at four relays need some. */
const maxDirect = 12

export class Hub implements Agent, LinkHost<Link>, RouteReceiver {
  readonly own: OwnSide
  readonly admitted: Admitted
  readonly #finder: Finder
  readonly #networks: { readonly [network: string]: string }
  readonly #links: Links
  readonly #backlogs: Backlogs
  readonly #awaiting: Awaiting = new TurnoverMap()
  readonly #tickets = new Tickets()
  readonly #resumes: boolean
  readonly #incoming: IncomingHandshakes
  readonly #local: LocalAddresses
  readonly #routes: RouteDialler
  readonly #paths: FurtherPaths
  readonly #opener: LinkOpener
  readonly #connector: Connector
  readonly #exchanges: Exchanges
  readonly #greeter: Greeter
  readonly #endpoints: Endpoint[] = []
  readonly #watchers = new Broadcast<Connection>(maxWaitingConnections)
  readonly #widening = new Widening(
    (link) => this.widen(link),
    (link) => this.#finder.targetOf(link).candidates.direct,
  )
  readonly #replacing: Replacing
  readonly #mandates = new Mandates()
  /** `undefined`: sessions stay at relays. */
  readonly #puncher: Puncher | undefined
  readonly #relays: RelayClient
  readonly byRoute = new RouteUsers<Link>()
  readonly radios: Radios | undefined
  readonly #changed = new Condition()
  readonly #closing = new AbortController()

  constructor(own: OwnSide, store: JournalStore, options: AgentOptions) {
    const { lookup, networks = {}, resumption = 'tickets', maxIncoming = defaultMaxIncoming } = options
    this.own = own
    this.admitted = new Admitted(options.admission)
    this.#finder = new Finder(lookup, own)
    this.#networks = networks
    this.#resumes = resumption === 'tickets'
    this.#links = new Links(own.id, maxIncoming)
    this.#backlogs = new Backlogs(() => this.#links.all())
    this.#incoming = new IncomingHandshakes(own, this.#tickets, (begun) => {
      const link = new Link(this, begun)
      // Its peer is not a replay: a ticket is accepted once. So the next ticket goes with the first answer.
      if (begun.how === 'ticket') this.#tickets.giveTo(link)
      return link
    })
    this.#local = new LocalAddresses((change) => this.#moved(change))
    const { energy } = options
    this.radios =
      energy &&
      new Radios(
        energy,
        () => this.#local.present,
        () => this.#links.all(),
      )
    this.#relays = new RelayClient(
      (name, signal) => this.connect(name, { signal, as: 'relay' }),
      this,
      this.#closing.signal,
      () => this.#addressesChanged(),
    )
    this.#routes = new RouteDialler(this, options.proxy)
    const ways = { routes: this.#routes, local: this.#local, relays: this.#relays }
    this.#paths = new FurtherPaths({ ...ways, own: own.id })
    const dialler = new Dialler({
      ...ways,
      own,
      awaiting: this.#awaiting,
      tickets: this.#tickets,
      closing: this.#closing.signal,
    })
    this.#opener = new LinkOpener(dialler, this.#links, (begun) => new Link(this, begun))
    this.#connector = new Connector({
      finder: this.#finder,
      links: this.#links,
      opener: this.#opener,
      admitted: this.admitted,
      closing: this.#closing.signal,
    })
    this.#exchanges = new Exchanges(store, {
      to: (name, signal, opening) => this.#sessionWith(name, signal, opening),
      changed: (patience, signal) => this.#changed.within(patience, signal),
      reach: (caller) => void callBack(() => this.connect(caller), this.#closing.signal),
    })
    this.#replacing = new Replacing({
      findAgain: (peer) => this.#finder.findAgain(peer, this.#closing.signal),
      open: (link) => this.#opener.open(this.#finder.targetOf(link)),
      changed: this.#changed,
      closing: this.#closing.signal,
    })
    this.#puncher =
      options.traversal === 'never' ? undefined : new Puncher(natPorts(this, this.#local, this.#relays, this.#finder))
    const greeting = new OwnGreeting(this.#exchanges.journalId, store.lifetime, () => this.addresses())
    this.#greeter = new Greeter(greeting, () => this.#links.all())
  }

  get id(): AgentId {
    return this.own.id
  }

  /** @throws the system's error if an address cannot be bound */
  async start(uris: readonly string[], relays: readonly string[]): Promise<void> {
    for (const uri of uris) {
      this.#endpoints.push(await listen(uri, this))
      this.#greeter.renew()
    }
    await Promise.all(relays.map((name) => this.#relays.stayAt(name)))
  }

  addresses(): readonly string[] {
    // A peer with room for only some of them should get each kind.
    const direct = inTurn(this.#endpoints.map(({ uri }) => this.#local.reachedAt(uri)))
    return [...direct.slice(0, maxDirect), ...this.#relays.addresses()]
  }

  relays(): ReadonlyMap<string, RelayPlace> {
    return this.#relays.places()
  }

  connect(name: string, options?: ConnectOptions): Promise<Link> {
    return this.#connector.connect(name, options)
  }

  connections(): AsyncIterableIterator<Connection, undefined> {
    return this.#watchers.listen(this.#links)
  }

  connected(): readonly Connection[] {
    return [...this.#links]
  }

  call(name: string, options: CallOptions): Promise<Exchange> {
    return this.#exchanges.call(name, options)
  }

  exchanges(): readonly Exchange[] {
    return this.#exchanges.open()
  }

  serve(protocol: string, handler: ExchangeHandler): void {
    this.#exchanges.serve(protocol, handler)
  }

  async announceMove(move: Move): Promise<void> {
    this.#local.look()
    await makeMove(move, {
      links: this.#links,
      local: () => this.#local.present,
      networks: this.#networks,
      open: async (link, address, family) => {
        const uri = this.#finder.targetOf(link).candidates.direct.find((each) => each.family === family)
        if (uri !== undefined) await this.#paths.open(link, uri, address)
      },
    })
  }

  networkChanged(): void {
    this.#local.look()
    this.#changed.notify()
  }

  renew(identity: OwnIdentity): void {
    if (this.own.renew(identity) === 'other mandate') this.#tickets.forgetGot()
  }

  judge(): void {
    this.#finder.forgetNames()
    this.#connector.forgetAttempts() // they look for whoever had these names before
    for (const link of this.#links.all()) link.judge()
    this.#exchanges.judge(this.admitted)
    this.#changed.notify() // a call that waits for an agent may be refused now, or no longer
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new AgentError('closed', 'the agent was closed'))
    try {
      await this.#exchanges.close() // throws if the disk is full
    } finally {
      await this.#closeSockets()
    }
  }

  async #closeSockets(): Promise<void> {
    this.radios?.close()
    this.#local.close()
    this.#greeter.close()
    this.#incoming.close()
    this.#puncher?.close()
    this.#watchers.end()
    // Relayed links first: a session with a relay carries nothing any more once it closes.
    await shutAll([...this.#links.all()].filter(({ routes }) => routes.areRelayed))
    await shutAll([...this.#links.all()])
    this.#routes.close()
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close()))
    this.own.known.close()
  }

  // Arriving packets

  packet(route: HostRoute, packet: Uint8Array): void {
    if (isOfSession(packet)) {
      this.#local.used()
      const link = this.#links.find(packet)
      if (link === undefined) this.#puncher?.packet(route, packet)
      else link.receive(route, packet)
      this.#backlogs.came(packet.length)
      return
    }
    const kind = kindOf(packet)
    if (this.#closing.signal.aborted) return // no one may connect any more
    if (kind === 'hello') this.#incoming.hello(route, packet)
    else if (kind === 'resume') this.#incoming.resume(route, packet)
    else this.#awaiting.get(answeredIdOf(packet) ?? '')?.(packet)
  }

  drained(route: HostRoute): void {
    for (const link of this.byRoute.of(route)) link.runner.wake()
  }

  closed(route: HostRoute): void {
    for (const link of this.byRoute.of(route)) link.lost(route)
  }

  // Callbacks of links

  greeting(): Uint8Array {
    return this.#greeter.greeting
  }

  listenFor(id: string, link: Link): void {
    this.#links.listen(id, link)
  }

  unlisten(id: string): void {
    this.#links.unlisten(id)
  }

  refused({ provenPeer }: Link, problem: string): void {
    if (provenPeer !== undefined) this.#exchanges.refusedBy(provenPeer, problem)
  }

  up(link: Link): void {
    if (link.role === 'responder') this.#incoming.settled(link, 'up')
    if (this.#links.add(link) === 'dropped') return
    this.#mandates.begun(link)
    link.routes.soughtBy(this.#puncher?.seekerOf(link))
    this.#watchers.say(link)
    this.#changed.notify()
    if (link.role === 'initiator') this.#widening.begun(link)
    else if (this.#resumes && link.how === 'handshake') this.#tickets.giveTo(link)
  }

  ticket(link: Link, ticket: Ticket): void {
    // The peer may not be proven yet: then the next session starts with a full handshake.
    if (this.#resumes && link.provenPeer !== undefined) {
      const { claim, lastingJournal } = link
      this.#tickets.got(link.provenPeer, { ticket, claim, journal: lastingJournal })
    }
  }

  silent(link: Link): void {
    this.#replacing.silent(link)
  }

  widen(link: Link): void {
    if (link.role === 'initiator' && link.isUp) void this.#widen(link)
  }

  exchange(stream: Duplex, peer: Peer): void {
    if (this.admitted.refusalOfExchange(peer) === undefined) this.#exchanges.receive(stream, peer)
    else stream.destroy() // a relay, which has its session for something else
  }

  over(link: Link): void {
    if (link.role === 'responder') this.#incoming.settled(link, 'over')
    this.#widening.over(link)
    this.#mandates.over(link)
    this.#links.remove(link)
    this.#changed.notify()
  }

  // How links are opened, and get more paths

  async #sessionWith(name: string, signal: AbortSignal, opening?: Opening): Promise<ExchangeSession> {
    const link = await this.connect(name, opening === undefined ? { signal } : { signal, opening })
    const journal = await link.greeted
    return {
      peer: link.peer.identity.id,
      journal,
      get isSilent() {
        return link.isSilent
      },
      open: ({ class: trafficClass, priority }) =>
        link.openStream({ protocol: exchangeProtocol, class: trafficClass, priority }),
    }
  }

  async #widen(link: Link): Promise<void> {
    void this.#puncher?.consider(link)
    await link.greeted.catch(() => undefined)
    await this.#paths.widen(link, this.#finder.targetOf(link))
  }

  /** Addresses came or went: opens or gives up paths over them at once. */
  #moved(change: AddressChange): void {
    const { added, removed } = change
    for (const link of this.#links) {
      for (const route of link.routes.routes()) {
        if (removed.some(({ address }) => address === hostOf(route.local))) {
          route.close()
          link.lost(route)
        }
      }
      if (added.length > 0 || link.role === 'initiator') void this.#widen(link)
    }
    this.#opener.moved(change)
    this.#addressesChanged()
  }

  #addressesChanged(): void {
    this.#greeter.addressesChanged()
    this.#changed.notify()
  }
}
