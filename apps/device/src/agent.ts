/**
 * The agent beside one router: measures its links and traffic, tells the controller and hears of the others over BGP, and
 * asks its router for traffic classes over iBGP. Everything it does to the router ends with its session.
 * @module
 */
import { parseAddress, parseIpv4 } from '@vagus/address'
import { Actuator, defaultActuatorLimits, defaultClasses } from '@vagus/bgp/actuation'
import { telemetryOfferOf } from '@vagus/bgp/telemetry'
import type { PolicyPlan, RouterFacts } from '@vagus/router'
import { FaultLines, type PeerEvent, type Speaker, type SpeakerEvent, startSpeaker } from '@vagus/speaker'
import { ActuationService, routerPeer, steadyNow } from './actuation.ts'
import { agentHandlers } from './agent-handlers.ts'
import type { AgentOptions } from './agent-options.ts'
import { identifierOf, speakerOptions, watchedOf } from './agent-sessions.ts'
import type { AgentParts } from './agent-parts.ts'
import { Carrier } from './carrier.ts'
import { checkControl, startControlServer } from './control-server.ts'
import { startFlowIntake } from './flow-intake.ts'
import { isIPv4, type LinkPlace } from './inventory.ts'
import { type Intents, openIntents } from './intents/intents.ts'
import { deviceMetrics, unreadiness } from './device-metrics.ts'
import { type DeviceIdentity, LinkMeter, loadsOf } from './link-telemetry.ts'
import { dropFormerLines } from './lines/drop-lines.ts'
import { dropFormerServices } from './services/clear-services.ts'
import type { ServiceDesk } from './services/service-desk.ts'
import type { ServiceOptions } from './services/service-options.ts'
import { agentNumber, newRun } from './own-numbers.ts'
import type { MobilityOptions } from './mobility/mobile-options.ts'
import type { Mobility } from './mobility/mobility.ts'
import { PolicyChanges } from './policy-change.ts'
import { policyStore } from './policy-store.ts'
import { type DeviceDeed, type TellDeed, tracedDeed } from './record/device-record.ts'
import { openRecord } from './record/open-record.ts'
import { rounds } from './rounds.ts'
import { RouterLinks } from './router-links.ts'
import { SessionLines } from './session-lines.ts'
import type { CommitDesk } from './southbound/commit-desk.ts'
import type { NewsDesk } from './southbound/news.ts'
import { openSouthbound, type SouthboundParts } from './southbound/open-southbound.ts'
import type { Steering, SteeringOptions } from './steering/steering.ts'
import { controllerPeer, TelemetryExchange } from './telemetry-exchange.ts'
import { TrafficViews } from './traffic-views.ts'
import { ViewMaker } from './view-telemetry.ts'

/** Milliseconds between rounds of each kind of work. */
const every = {
  measurement: 100,
  probe: 2000,
  inventory: 5000,
  views: 5000,
  device: 20_000,
  expiry: 1000,
  intents: 5000,
  services: 5000,
} as const

/** What is opened before the agent. */
interface Opened {
  readonly southbound: SouthboundParts
  readonly intents: Intents | undefined
  /** Undefined where nothing can be recorded. */
  readonly tell: TellDeed | undefined
}

export class Agent implements AgentParts {
  readonly options: AgentOptions
  readonly facts: RouterFacts
  readonly identifier: string
  readonly startedAt = Date.now()
  readonly speaker: Speaker
  readonly meter: LinkMeter
  readonly exchange: TelemetryExchange
  readonly actuation: ActuationService
  readonly policyChanges: PolicyChanges
  mobility: Mobility | undefined
  services: ServiceDesk | undefined
  steering: Steering | undefined
  readonly southbound: SouthboundParts | undefined
  readonly intents: Intents | undefined
  readonly #commits: CommitDesk | undefined
  readonly #news: NewsDesk
  readonly #tellDeed: TellDeed | undefined
  readonly #carrier: Carrier | undefined
  /** By the carrier, which may have to wait. */
  #isUntold = false
  readonly #faults = new FaultLines()
  readonly #sessions: SessionLines
  readonly #links: RouterLinks

  private constructor(options: AgentOptions, facts: RouterFacts, speaker: Speaker, opened: Opened) {
    const { southbound, intents, tell } = opened
    const identity: DeviceIdentity = {
      name: options.name,
      as: facts.as,
      bgpIdentifier: parseIpv4(facts.identifier),
      agent: agentNumber(options.name),
    }
    this.options = options
    this.facts = facts
    this.identifier = identifierOf(options, facts)
    this.speaker = speaker
    this.#tellDeed = tell
    this.meter = new LinkMeter(identity, options)
    this.#sessions = new SessionLines(options)
    this.#links = new RouterLinks(options, facts, (places) => this.meter.setPlaces(places))
    this.exchange = new TelemetryExchange(
      speaker,
      identity,
      options.controller === undefined ? 'nobody' : { peer: controllerPeer },
    )
    const { carrierAttribute: attribute } = options
    if (attribute !== undefined) {
      const nextHop = (): Uint8Array | undefined => {
        const place = this.places.find(({ remote }) => isIPv4(remote))
        return place && parseAddress(place.remote).subarray(12)
      }
      const need = options.controller === undefined ? 'needed' : 'not needed'
      const carrier = { attribute, peer: routerPeer, need, nextHop, report: options.report } as const
      this.#carrier = new Carrier(speaker, identity, this.exchange.table, carrier)
    }
    const own = { as: facts.as, bgpIdentifier: parseIpv4(this.identifier) }
    this.actuation = new ActuationService({
      actuator: new Actuator({ ...own, run: newRun(), classes: defaultClasses, ...defaultActuatorLimits }),
      speaker,
      router: options.router,
      as: facts.as,
      classes: defaultClasses,
      places: () => this.places,
      policy: () => this.#links.policyNow(),
      alsoWatched: watchedOf(options),
      now: steadyNow,
      report: options.report,
      tell,
    })
    this.policyChanges = new PolicyChanges({
      router: options.router,
      store: policyStore(options.control),
      plan: () => this.policyPlan(),
      now: steadyNow,
      changed: () => this.#links.look().catch(() => undefined),
      report: options.report,
      tell,
    })
    this.#commits = southbound.desk
    this.intents = intents
    this.#news = southbound.news
    intents?.desk.onNewer(() => this.#lookAtIntents())
    this.southbound = options.tools === undefined ? undefined : southbound
  }

  /**
   * Runs until `signal` aborts; what was asked of the router is taken back then. The controller keeps what it was told for
   * the restart time, as after a crash: most stops are for an update.
   */
  static async run(options: AgentOptions, signal: AbortSignal): Promise<void> {
    await checkControl(options.control)
    using record = openRecord(options)
    const tell = record && ((deed: DeviceDeed): void => record.tell(tracedDeed(deed)))
    const intents = options.intents && openIntents(options.intents, { ...options, tell })
    const southbound = openSouthbound({ ...options, tell, intents: intents?.desk })
    const facts = await factsOf(options, signal)
    if (facts === undefined) return
    let agent: Agent | undefined
    const opening = startSpeaker(speakerOptions(options, facts), (event) => agent?.take(event), signal)
    const speaker = await opening.catch((error: unknown) => {
      if (!signal.aborted) throw error
      options.router.close()
    })
    if (speaker === undefined) return
    agent = new Agent(options, facts, speaker, { southbound, intents, tell })
    try {
      await agent.#work(signal)
    } finally {
      await agent.actuation.undoAll().catch(() => undefined)
      await agent.policyChanges.end()
      await agent.#commits?.end()
      await speaker.close('to restart').catch(() => undefined)
      options.router.close()
    }
  }

  get places(): readonly LinkPlace[] {
    return this.#links.places
  }

  get policy(): AgentParts['policy'] {
    return this.#links.policy
  }

  policyPlan(): Promise<PolicyPlan> {
    return this.#links.policyPlan()
  }

  /** What a peer that is gone told is withdrawn by the speaker: at once, or when graceful restart ends (RFC 4724 §4.2). */
  take(event: SpeakerEvent): void {
    if (event.type === 'routes') {
      this.actuation.routesChanged(event)
      this.#carrier?.receive(event.changes, Date.now())
      this.mobility?.receive(event.changes)
    } else if (event.type === 'nlri') this.exchange.receive(event, Date.now())
    else if (event.type === 'fault') this.#faults.newOf(event).forEach((line) => this.options.report(line))
    else if (event.type === 'peer') {
      const state = event.state === 'established' ? 'established' : 'other'
      if (event.peer === routerPeer) this.actuation.sessionChanged(state)
      else this.#controllerChanged(event)
      if (state === 'established' || event.reason !== undefined)
        this.#sessions.tell(event.peer, event.state, event.reason)
    }
  }

  /** Where the controller takes telemetry in, it goes there; else through the router, if it may. */
  #controllerChanged({ session, reason }: PeerEvent): void {
    if (session === undefined && reason === undefined) return // on its way up
    const offered = session?.capabilities.map((one) => ({ type: 'unknown', ...one }) as const)
    const isTaken = offered !== undefined && telemetryOfferOf(offered) !== undefined
    this.#carrier?.setNeed(isTaken ? 'not needed' : 'needed', performance.now())
    // Figures of the carrier are newer than those that the speaker tells the new session.
    if (isTaken && this.#carrier !== undefined) {
      this.exchange.announceLinks({ announced: this.meter.latest, withdrawn: [] }).catch(this.#failed)
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { flow, control, steering, services } = this.options
    const kept = steering?.lines === undefined ? 'without lines' : 'with lines'
    const traffic = new TrafficViews(Date.now())
    const views = new ViewMaker(traffic, this.speaker, agentNumber(this.options.name))
    const heard = (): void => traffic.heard(Date.now())
    const intake = flow && (await startFlowIntake(flow, (block) => traffic.take(block, Date.now()), heard))
    const server = await startControlServer(control, agentHandlers(this), this.options.tracer)
    await this.#links.look().catch(this.#failed)
    this.options.whenCounting?.(
      () => deviceMetrics(this),
      () => unreadiness(this),
    )
    try {
      if (steering?.lines === undefined) await dropFormerLines(control, this.options.report).catch(this.#failed)
      if (services === undefined) await dropFormerServices(control, kept, this.options.report).catch(this.#failed)
      if (steering !== undefined) await this.#steer(steering)
      if (this.options.mobility !== undefined) await this.#openMobility(this.options.mobility)
      if (services !== undefined) await this.#openServices(services)
      await Promise.all([
        this.#loop(every.measurement, signal, () => this.#measure()),
        this.#loop(every.probe, signal, () => this.meter.probe()),
        this.#loop(every.inventory, signal, () => this.#links.look()),
        this.#loop(every.inventory, signal, async () => this.#sessions.tellAttempts(await this.speaker.peers())),
        this.#loop(every.device, signal, () => this.exchange.announceDevice()),
        this.#loop(every.expiry, signal, async () => void this.exchange.table.expire(Date.now())),
        this.#loop(every.expiry, signal, () => this.policyChanges.expire()),
        this.#loop(every.expiry, signal, async () => this.#commits?.expire()),
        this.#loop(every.intents, signal, async () => this.#lookAtIntents()),
        this.#loop(every.expiry, signal, async () => this.mobility?.expire()),
        this.#loop(every.expiry, signal, async () => this.#news.expire()),
        this.#loop(every.services, signal, async () => this.services?.look(signal)),
        ...(intake === undefined
          ? []
          : [this.#loop(every.views, signal, async () => this.exchange.announceViews(await views.make(Date.now())))]),
      ])
    } finally {
      await this.services?.close()
      await this.steering?.close()
      this.mobility?.close()
      intake?.close()
      server.close()
    }
  }

  /** Loaded only where it is used: it brings sessions between agents along. */
  async #steer(steering: SteeringOptions): Promise<void> {
    const { Steering } = await import('./steering/steering.ts')
    this.steering = await Steering.open(steering, {
      ...this.options,
      intents: this.intents,
      actuations: this.actuation,
      tell: this.#tellDeed,
      news: this.#news,
    })
  }

  #lookAtIntents(): void {
    if (this.intents === undefined) return
    const { desk, reports } = this.intents
    desk.look()
    const loads = loadsOf(this.meter.latest, this.places)
    const news = reports.look({ loads, leases: this.steering?.leasesInForce ?? [] }, Date.now(), steadyNow())
    this.steering?.tellIntents(news)
  }

  async #openMobility(options: MobilityOptions): Promise<void> {
    const { hearOfAll, openMobility } = await import('./mobility/open-mobility.ts')
    this.mobility = openMobility(options, {
      ...this.options,
      speaker: this.speaker,
      bgpIdentifier: parseIpv4(this.identifier),
      policy: () => this.policy,
      isConnected: () => this.#sessions.isEstablished(routerPeer),
      tell: this.#tellDeed,
    })
    await hearOfAll(this.mobility, options, this.speaker)
  }

  async #openServices(options: ServiceOptions): Promise<void> {
    const { ServiceDesk } = await import('./services/service-desk.ts')
    this.services = new ServiceDesk({
      options,
      control: this.options.control,
      capacities: this.options.capacities ?? new Map(),
      block: this.options.steering?.lines?.block,
      attached: () => this.mobility?.status().attached ?? [],
      report: (line) => this.options.report(`services: ${line}`),
      tell: this.#tellDeed,
    })
  }

  async #measure(): Promise<void> {
    const changes = this.meter.measure(Date.now())
    await this.exchange.announceLinks(changes)
    const isChanged = changes.announced.length > 0 || changes.withdrawn.length > 0
    this.#isUntold ||= isChanged
    const told = await this.#carrier?.tell(
      this.meter.latest,
      this.#isUntold ? 'changed' : 'unchanged',
      performance.now(),
    )
    if (told === 'told') this.#isUntold = false
  }

  #loop(interval: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const { report } = this.options
    return rounds(interval, signal, work, (problem, state) => report(state === 'fails' ? problem : `over: ${problem}`))
  }

  readonly #failed = (error: unknown): void => this.options.report(String(error))
}

/** A router that is not there yet is waited for. */
async function factsOf({ router, report }: AgentOptions, signal: AbortSignal): Promise<RouterFacts | undefined> {
  let facts: RouterFacts | undefined
  const ask = async (): Promise<'enough'> => {
    facts = await router.facts()
    return 'enough'
  }
  await rounds(1000, signal, ask, (problem, state) =>
    report(state === 'fails' ? `waits for the router: ${problem}` : 'the router answers'),
  )
  return facts
}
