/** One export stream: exporter address, source port, protocol and observation domain. @module */
import { formatAddress } from '@vagus/address'
import { ExportClock } from './export-clock.ts'
import type { Exporter } from './exporter.ts'
import type { ExporterState, SamplingSource } from './exporter-state.ts'
import { LossAccountant } from './loss/accountant.ts'
import type { LossSession } from './loss/session.ts'
import type { ParkedSet } from './parked-set.ts'
import type { FlowProtocol } from './protocol.ts'
import { Sampling } from './sampling.ts'
import type { SteadyTemplate, Template } from './template.ts'

/** Milliseconds, within which a router announces its templates: every 10 minutes, as most send them by default. */
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

  /** 16 octets: the sFlow agent that the latest datagram names, whether it is believed or not. */
  agent: Uint8Array | undefined

  datagrams = 0
  records = 0
  counterSamples = 0
  malformed = 0
  /** Whether records or counter samples of its own came before the collector started. */
  hasDeliveredBefore = false

  readonly templates = new Map<number, Template>()
  /** Set once it announced a template: from then on, templates of other ports do not serve it. */
  announcesTemplates = false
  /** Templates of its own that `SteadyRun` decodes with; gone when any of them changes. */
  steady: SteadyTemplate[] | undefined
  parked: ParkedSet[] = []
  parkedDropped = 0

  readonly loss: LossAccountant
  readonly session: LossSession
  /** Loss that was reported in an event. */
  reportedLost = 0
  reportedReceived = 0

  readonly clock = new ExportClock()
  readonly sampling: Sampling
  /** systemInitTimeMilliseconds (element 160) from options data; 0 is unknown. */
  initTime = 0
  /** What options data say about this stream, as resolved at this `optionsVersion` of the exporter. */
  resolvedVersion = 0
  /** systemInitTimeMilliseconds that holds; 0 is unknown. */
  resolvedInitTime = 0
  /** Rate for records that say nothing themselves. */
  baseRate = 0
  baseRateFrom: SamplingSource = 'none'
  /** Of records that name no sampler, by SNMP index; undefined where `baseRate` holds for all. */
  interfaceRates: ReadonlyMap<number, number> | undefined
  /** Rate in the last header (NetFlow v5); 0 is none. */
  headerRate = 0
  lastRate: { rate: number; from: SamplingSource } | undefined
  /** Since when records name a sampler whose rate is not known; 0 when they do not. */
  missingRateSince = 0

  /** Uptime in the last header, milliseconds; -1 before the first. */
  uptime = -1
  /** When that header came. */
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

  /** Whether records or counter samples of its own ever came. */
  get hasDelivered(): boolean {
    return this.hasDeliveredBefore || this.records > 0 || this.counterSamples > 0
  }

  /**
   * Whether what `sibling` announced, another port of the same address and domain, holds here, too. It does when that
   * one only announces. One with data of its own may be another router behind the same address, and this port would
   * then announce its own templates. If it announced none within ten minutes, both ports belong to one exporter and
   * share them.
   */
  isServedBy(sibling: Stream): boolean {
    return !sibling.hasDelivered || (!this.announcesTemplates && this.lastAt - this.firstAt >= templatesWithin)
  }

  /** Whether `baseRate` and `resolvedInitTime` are what options data say by now. */
  get isResolved(): boolean {
    return this.resolvedVersion === this.exporter.optionsVersion
  }

  /** The rate of the last record, and who said it. */
  noteRate(rate: number, from: SamplingSource): void {
    const last = this.lastRate
    if (last) {
      last.rate = rate
      last.from = from
    } else {
      this.lastRate = { rate, from }
    }
  }

  /** Our clock was set back to `now`: nothing came later, and the exporter's clock is to be compared anew. */
  clockSetBack(now: number): void {
    this.clock.forget()
    this.firstAt = Math.min(this.firstAt, now)
    this.lastAt = Math.min(this.lastAt, now)
    this.uptimeAt = Math.min(this.uptimeAt, now)
    this.missingRateSince = Math.min(this.missingRateSince, now)
    for (const set of this.parked) set.parkedAt = Math.min(set.parkedAt, now)
    for (const template of this.templates.values()) {
      template.usedAt = Math.min(template.usedAt, now)
      if (template.compiled) template.compiled.usedAt = Math.min(template.compiled.usedAt, now)
    }
  }

  state(): ExporterState {
    const { exporter, lastRate } = this
    const { behind } = this.clock
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
      undecoded: this.session.undecodedOf(this.loss),
      malformed: this.malformed,
      lost: this.session.stateOf(this.loss),
      sampling: lastRate && { rate: lastRate.rate, from: lastRate.from },
      clockBehind: behind === Infinity ? undefined : behind,
      isClockWrong: this.clock.isWrong,
    }
  }
}
