/**
 * Private lines at this router: joins negotiations, leases, probes and the kernel. What is in force stays in the kernel while
 * the agent is away, and is known to it afterwards.
 * @module
 */
import {
  defaultLeaseConfig,
  type LeaseConfig,
  type LineMeasured,
  type LineOffer,
  planKey,
} from '@vagus/grasp/objectives'
import { countersOfClass, type GuardCounts, type Qdisc } from '@vagus/linux'
import type { Tracer } from '@vagus/observability'
import type { IntentDesk } from '../intents/intent-desk.ts'
import type { TellDeed } from '../record/device-record.ts'
import { PlanTurns } from '../plan-turns.ts'
import type { Responder } from '../leases/responder.ts'
import type { Clock } from '../clock.ts'
import { capacityOf, readGuard, readQdiscs } from './kernel-view.ts'
import { refuseOthers } from './line-claims.ts'
import { type LinesAllowed, linesAllowed } from './line-bounds.ts'
import { shortHolds } from './line-checks.ts'
import { LineKeeper } from './line-keeper.ts'
import { LineKernel, type LinkProblems } from './line-kernel.ts'
import { LineProbes } from './line-probes.ts'
import { bootClock } from '../boot-clock.ts'
import { LineStore } from './line-store.ts'
import { LineTalk } from './line-talk.ts'
import { blockOf } from './locator.ts'
import type { PathState } from './path-watch.ts'
import { wantedOf } from './wanted.ts'

/** A hold and a steer a path; as many paths as classes that a filter looks through for each packet without harm. */
export const lineLeases: LeaseConfig = { ...defaultLeaseConfig, holdMs: 0, leases: 512, remembered: 1024 }

export interface LineDeskOptions {
  readonly allowed: LinesAllowed
  /** The file with the leases. */
  readonly file: string
  /** Name of the device. */
  readonly node: string
  /** Id of the controller's agent: nobody else gets here. */
  readonly from: string
  /** Octets per second by interface, where neither shaper nor driver says it. */
  readonly capacities?: ReadonlyMap<string, number>
  /** As of `LineKernel`. */
  readonly serviceLinks?: readonly string[] | undefined
  readonly clock: Clock
  readonly leases?: Partial<LeaseConfig>
  readonly report: (line: string) => void
  readonly tell?: TellDeed | undefined
  readonly intents?: IntentDesk | undefined
  readonly tracer?: Tracer | undefined
}

/** How a part in force stands. */
export interface LineStatus {
  readonly number: number
  readonly type: 'hold' | 'steer'
  /** Over which it sends; of a steer, at which packets come in. */
  readonly interfaces: readonly string[]
  /** Of a hold, on the wire. */
  readonly bitsPerSecond: number | null
  /** Of a steer. */
  readonly steered: boolean | null
  readonly state: 'prepared' | 'applied' | 'confirmed'
  /** Of a hold: why it is not what was agreed on; null: it is. */
  readonly problem: string | null
  /** Milliseconds since 1970. */
  readonly until: number
}

interface LinksRead {
  /** By interface. */
  readonly qdiscs: ReadonlyMap<string, readonly Qdisc[]>
  /** By plan: why a hold has less than was agreed on. */
  readonly short: ReadonlyMap<string, string>
}

export class LineDesk {
  readonly #options: LineDeskOptions
  readonly #kernel: LineKernel
  readonly #probes: LineProbes
  readonly #keeper: LineKeeper
  readonly #epoch = Math.floor(Date.now())
  #sequence = 0
  readonly #turns: PlanTurns
  #reading: Promise<LinksRead> | undefined

  private constructor(options: LineDeskOptions) {
    this.#options = options
    const { clock, file, report, tell } = options
    const { block } = options.allowed
    this.#turns = new PlanTurns(clock)
    const { capacities = new Map<string, number>(), serviceLinks = [] } = options
    this.#kernel = new LineKernel({ block: blockOf(block), capacities, serviceLinks, clock, report })
    this.#probes = new LineProbes({ changed: (number) => void this.#changed(number), report })
    this.#keeper = new LineKeeper({
      clock,
      config: { ...lineLeases, ...options.leases },
      store: new LineStore(file, bootClock()),
      bring: (offers) => this.#bring(offers),
      report,
      tell,
    })
  }

  /**
   * The guard is there, what was agreed on before goes on, and what is of nobody is removed.
   * @throws {RangeError} of what is allowed, {UnavailableError} where the kernel has no nftables, {Error} of a broken file,
   * {UnavailableError} `in-use` where somebody else has what lines need
   */
  static async open(options: LineDeskOptions): Promise<LineDesk> {
    const allowed = linesAllowed(options.allowed)
    const report = (line: string): void => options.report(`lines: ${line.replaceAll(/\p{C}/gu, '?')}`)
    await refuseOthers()
    const desk = new LineDesk({ ...options, allowed, report })
    await desk.#kernel.guard(allowed.block, allowed.links)
    await desk.#keeper.begin()
    return desk
  }

  /** Answers one negotiation, until it is over. Never rejects. */
  async take(negotiation: Responder<LineOffer>): Promise<void> {
    const {
      node,
      allowed,
      from,
      clock,
      capacities = new Map<string, number>(),
      report,
      intents,
      tracer,
    } = this.#options
    const talk = new LineTalk(negotiation, {
      allowed,
      from,
      clock,
      report,
      intents,
      tracer,
      keeper: this.#keeper,
      checks: { kernel: this.#kernel, capacities, share: allowed.share },
      measured: (offer) => this.#measured(offer),
      header: () => ({ node, epoch: this.#epoch, sequence: this.#sequence++ }),
    })
    await this.#turns.take(negotiation, (before) => talk.run(before))
  }

  get allowed(): LinesAllowed {
    return this.#options.allowed
  }

  /** @throws {UnavailableError} */
  async status(): Promise<readonly LineStatus[]> {
    const { short } = await this.#readOnce()
    return this.#keeper.leases.all.flatMap(({ offer, state, until }): readonly LineStatus[] => {
      const { number, part } = offer
      if (part === null) return [] // what releases is no lease
      const common = { number, type: part.type, state, until, problem: short.get(planKey(offer.planId)) ?? null }
      return part.type === 'steer'
        ? [{ ...common, interfaces: [part.interface], bitsPerSecond: null, steered: this.#isSteered(offer) }]
        : [
            {
              ...common,
              interfaces: part.transmits.map((one) => one.interface),
              bitsPerSecond: Math.max(...part.transmits.map((one) => one.bitsPerSecond)),
              steered: null,
            },
          ]
    })
  }

  /** Packets that were kept out; undefined where the guard is gone. */
  guarded(): Promise<GuardCounts | undefined> {
    return readGuard()
  }

  /** What is in force stays in the kernel, for the next start; what is over is gone. Never rejects. */
  async close(): Promise<void> {
    this.#keeper.stop()
    this.#probes.close()
    await this.#kernel.stop()
  }

  async #bring(offers: readonly LineOffer[]): Promise<LinkProblems> {
    const wanted = wantedOf(offers, this.allowed.block, this.#stateOf)
    const [problems] = await Promise.all([this.#kernel.bring(wanted), this.#keepGuard()])
    await this.#probes.follow(this.#keeper.inForce)
    return problems
  }

  /** A firewall that is loaded anew may have taken it away, and without it anybody could ride on lines. */
  async #keepGuard(): Promise<void> {
    const { block, links } = this.allowed
    if ((await readGuard()) === undefined) await this.#kernel.guard(block, links)
  }

  /** Without probes nobody says that the path is away. */
  readonly #stateOf = (number: number): PathState => this.#probes.of(number)?.state ?? 'answers'

  /** One that is silent for a moment has its packets still, unless the path beside it answers; nobody need do anything. */
  readonly #isSteered = ({ number }: Pick<LineOffer, 'number'>): boolean => this.#stateOf(number) !== 'away'

  /** A path may fall silent often, as when the agent of the other end is busy; only where packets go says whether it matters. */
  async #changed(number: number): Promise<void> {
    if (this.#kernel.steersBy(wantedOf(this.#keeper.inForce, this.allowed.block, this.#stateOf))) return
    const words = {
      answers: 'answers again; packets ride on it',
      silent: 'is silent; packets ride on the one beside it, if that answers',
      away: 'does not answer; packets go without it',
    }
    this.#options.report(`path ${number} ${words[this.#stateOf(number)]}`)
    await this.#keeper.again()
  }

  async #measured(offer: LineOffer): Promise<LineMeasured> {
    const { number, part } = offer
    if (part?.type !== 'hold') return { steered: this.#isSteered(offer) }
    const { qdiscs, short } = await this.#readOnce()
    const problem = short.get(planKey(offer.planId))
    const sent = part.transmits.map((one) => {
      const { octets = 0, packets = 0, dropped = 0 } = countersOfClass(qdiscs.get(one.interface) ?? [], number) ?? {}
      return { octets, packets, dropped }
    })
    const probe = this.#probes.of(number)
    return {
      sent,
      ...(probe === undefined ? {} : { probes: probe.figures }),
      ...(problem === undefined ? {} : { problem }),
    }
  }

  /** Those who ask while it is being read get the same. */
  #readOnce(): Promise<LinksRead> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  async #read(): Promise<LinksRead> {
    const { allowed, capacities = new Map<string, number>() } = this.#options
    const qdiscs = await readQdiscs()
    const room = new Map<string, number>()
    for (const name of allowed.links) {
      const capacity = capacityOf(name, qdiscs.get(name) ?? [], capacities)
      if (capacity !== undefined) room.set(name, capacity * allowed.share)
    }
    return { qdiscs, short: shortHolds(this.#keeper.inForce, room) }
  }
}
