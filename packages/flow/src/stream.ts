/** One export stream: exporter address, source port, protocol and observation domain. @module */
import { formatAddress } from '@vagus/address'
import { ExportClock } from './export-clock.ts'
import { FlowTimes } from './flow-times.ts'
import type { Exporter } from './exporter.ts'
import type { ExporterState, SamplingSource } from './exporter-state.ts'
import { LossAccountant } from './loss/accountant.ts'
import type { LossSession } from './loss/session.ts'
import type { ParkedSet } from './parked-set.ts'
import type { FlowProtocol } from './protocol.ts'
import { Sampling } from './sampling.ts'
import type { SteadyTemplate, Template } from './template.ts'

/**
 * A router announces its templates within this time, in milliseconds; the default of most routers is every 10 minutes.
 */
const templatesWithin = 600_000

export interface StreamIdentity {
  readonly port: number
  readonly protocol: FlowProtocol
  readonly domain: number
}

export class Stream {
  readonly exporter: Exporter
  readonly port: number
  readonly protocol: FlowProtocol
  readonly domain: number
  firstAt: number
  lastAt: number

  /** The sFlow agent address in the latest datagram, 16 octets, whether accepted or not. */
  agent: Uint8Array | undefined

  datagrams = 0
  records = 0
  counterSamples = 0
  malformed = 0
  /** Whether the stream sent records or counter samples before the collector started. */
  hasDeliveredBefore = false

  readonly templates = new Map<number, Template>()
  /** Set when the stream announces a template. From then on, it does not use templates of other ports. */
  announcesTemplates = false
  /** The stream's own templates that `SteadyRun` decodes with. Cleared when any template changes. */
  steady: SteadyTemplate[] | undefined
  parked: ParkedSet[] = []
  parkedDropped = 0
  /** Undefined while no data waits for its template. */
  noTemplate: { since: number; givenUp: number } | undefined

  readonly loss: LossAccountant
  readonly session: LossSession
  /** Units lost and received as of the latest loss event. */
  reportedLost = 0
  reportedReceived = 0

  readonly clock = new ExportClock()
  readonly flowTimes = new FlowTimes()
  readonly sampling: Sampling
  /** systemInitTimeMilliseconds (element 160) from options data; 0 is unknown. */
  initTime = 0
  /** The exporter's `optionsVersion` at which the rates and times below were resolved. */
  resolvedVersion = 0
  /** systemInitTimeMilliseconds that applies; 0 is unknown. */
  resolvedInitTime = 0
  /** Rate for records that state none. */
  baseRate = 0
  baseRateFrom: SamplingSource = 'none'
  /** Rates of records that name no sampler, by SNMP index; undefined if `baseRate` applies to all. */
  interfaceRates: ReadonlyMap<number, number> | undefined
  /** Rate in the latest header (NetFlow v5); 0 is none. */
  headerRate = 0
  lastRate: { rate: number; from: SamplingSource } | undefined
  /** When records began to name a sampler of unknown rate, milliseconds since 1970; 0 if they do not. */
  missingRateSince = 0

  /** Uptime in the latest header, milliseconds; -1 before the first. */
  uptime = -1
  /** When that header arrived, milliseconds since 1970. */
  uptimeAt = 0

  constructor(
    exporter: Exporter,
    identity: StreamIdentity,
    session: LossSession,
    limits: { readonly samplersPerStream: number },
    now: number,
  ) {
    this.exporter = exporter
    this.port = identity.port
    this.protocol = identity.protocol
    this.domain = identity.domain
    this.firstAt = now
    this.lastAt = now
    this.sampling = new Sampling(limits.samplersPerStream)
    this.loss = LossAccountant.of(identity.protocol)
    this.session = session
    this.session.join(this.loss)
  }

  /** Whether the stream ever sent records or counter samples. */
  get hasDelivered(): boolean {
    return this.hasDeliveredBefore || this.records > 0 || this.counterSamples > 0
  }

  /**
   * Whether announcements of `sibling`, another port of the same address and domain, also apply to this stream. They do
   * if the sibling sends no data. A sibling with data may be another router behind the same address; this port would
   * then announce its own templates. If it announces none within ten minutes, both ports belong to one exporter and
   * share templates.
   */
  isServedBy(sibling: Stream): boolean {
    return !sibling.hasDelivered || (!this.announcesTemplates && this.lastAt - this.firstAt >= templatesWithin)
  }

  /** Whether `baseRate` and `resolvedInitTime` are up to date with options data. */
  get isResolved(): boolean {
    return this.resolvedVersion === this.exporter.optionsVersion
  }

  /** Notes the rate of the latest record and its source. */
  noteRate(rate: number, from: SamplingSource): void {
    const last = this.lastRate
    if (last) {
      last.rate = rate
      last.from = from
    } else {
      this.lastRate = { rate, from }
    }
  }

  /**
   * The clock by which it dates flows where only that is wrong, else that of its messages: what flows say cannot be held
   * against export times that are wrong.
   */
  get clocks(): { readonly behind: number; readonly isWrong: boolean; readonly of: 'messages' | 'flows' } {
    const isOfFlows = this.flowTimes.isWrong && !this.clock.isWrong
    const { behind, isWrong } = isOfFlows ? this.flowTimes : this.clock
    return { behind, isWrong, of: isOfFlows ? 'flows' : 'messages' }
  }

  get isClockWrong(): boolean {
    return this.clock.isWrong || this.flowTimes.isWrong
  }

  /** Our clock was set back to `now`: no arrival is later, and the exporter's clock must be compared again. */
  clockSetBack(now: number): void {
    this.clock.forget()
    this.flowTimes.forget()
    this.firstAt = Math.min(this.firstAt, now)
    this.lastAt = Math.min(this.lastAt, now)
    this.uptimeAt = Math.min(this.uptimeAt, now)
    this.missingRateSince = Math.min(this.missingRateSince, now)
    if (this.noTemplate !== undefined) this.noTemplate.since = Math.min(this.noTemplate.since, now)
    for (const set of this.parked) set.parkedAt = Math.min(set.parkedAt, now)
    for (const template of this.templates.values()) {
      template.usedAt = Math.min(template.usedAt, now)
      if (template.compiled) template.compiled.usedAt = Math.min(template.compiled.usedAt, now)
    }
  }

  state(): ExporterState {
    const { exporter, lastRate } = this
    const { behind, isWrong, of } = this.clocks
    return {
      exporter: exporter.number,
      address: exporter.address,
      agent: this.agent && formatAddress(this.agent),
      port: this.port,
      domain: this.domain,
      protocol: this.protocol,
      firstAt: this.firstAt,
      lastAt: this.lastAt,
      datagrams: this.datagrams,
      records: this.records,
      counterSamples: this.counterSamples,
      templates: this.templates.size,
      parked: this.parked.length,
      parkedDropped: this.parkedDropped,
      noTemplate: this.noTemplate && { ...this.noTemplate },
      undecoded: this.session.undecodedOf(this.loss),
      malformed: this.malformed,
      lost: this.session.stateOf(this.loss),
      sampling: lastRate && { rate: lastRate.rate, from: lastRate.from },
      clockBehind: behind === Infinity ? undefined : behind,
      isClockWrong: isWrong,
      clockOf: of,
    }
  }
}
