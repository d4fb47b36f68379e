/**
 * The kernel's part of lines: makes it what is wanted, whatever it is, and looks whether it is. What is missing is made at
 * once; what is there and should not be goes later, when no packet is on its way through it any more.
 * @module
 */
import type { Prefix } from '@vagus/address'
import {
  changeSegmentRules,
  guardText,
  type IpCommands,
  ownPriority,
  rateCommands,
  type RateTree,
  ruleChanges,
  runBatch,
  runTool,
  segmentCommands,
  type SegmentRoute,
  type SegmentState,
  UnavailableError,
  unguardText,
} from '@vagus/linux'
import { QueueAdder } from '../queue-adder.ts'
import { textOf } from '../rounds.ts'
import type { Clock } from '../clock.ts'
import { serviceClassesAt } from '../services/service-options.ts'
import { capacityOf, isUp, type LinesNow, readLines, routersAt } from './kernel-view.ts'
import { guardTable, marks } from './marks.ts'
import { nothing, type Wanted } from './wanted.ts'

/** Milliseconds for which what nothing leads to any more stays: packets on their way through routers ahead come through. */
const drainMs = 200
/** Until it is tried again to remove what could not be. */
const retryMs = 5000

export interface LineKernelParts {
  readonly block: Prefix
  /** Octets per second by interface, where neither shaper nor driver says it. */
  readonly capacities: ReadonlyMap<string, number>
  /** Links that also have queues for services, in the same tree. */
  readonly serviceLinks?: readonly string[]
  readonly clock: Clock
  /** Of what could not be removed; it is tried again. */
  readonly report: (line: string) => void
}

/** By interface, in words; none where all is as it is wanted. */
export type LinkProblems = ReadonlyMap<string, string>

export class LineKernel {
  readonly #parts: LineKernelParts
  /** Last work on the kernel: one at a time. */
  #last: Promise<unknown> = Promise.resolve()
  #wanted: Wanted = nothing
  #stopTimer: () => void = () => undefined
  #isSweepDue = false
  readonly #adder = new QueueAdder()
  #serviceLinks: readonly string[]
  /** Link-local address of the other router, by interface. */
  readonly #gateways = new Map<string, string>()

  constructor(parts: LineKernelParts) {
    this.#parts = parts
    this.#serviceLinks = parts.serviceLinks ?? []
  }

  /**
   * Everything that is wanted is there, read back, and nothing else leads into a path; the rest goes after a moment. A link
   * with a problem keeps no other from being as it should. @throws {UnavailableError} with what the kernel said of no link
   */
  bring(wanted: Wanted): Promise<LinkProblems> {
    this.#turn(this.#wanted, wanted)
    this.#wanted = wanted
    return this.#alone(() => this.#bring())
  }

  /** Whether packets go by the rules of `wanted` already, or are to. */
  steersBy({ rules }: Pick<Wanted, 'rules'>): boolean {
    return JSON.stringify(rules) === JSON.stringify(this.#wanted.rules)
  }

  /**
   * Where nothing is wanted but other rules, as when packets go to a path that protects theirs, these come at once: to look
   * what is there takes longer, and is done afterwards.
   */
  #turn(before: Wanted, wanted: Wanted): void {
    const known = new Set(before.routes.map((one) => JSON.stringify(one)))
    if (wanted.routes.some((one) => !known.has(JSON.stringify(one)))) return
    try {
      changeSegmentRules(ruleChanges(wanted.rules, before.rules), marks)
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
    }
  }

  /** What is there and not wanted goes now. @throws {UnavailableError} */
  sweep(): Promise<void> {
    return this.#alone(() => this.#sweep())
  }

  /** Keeps packets of strangers out of the block. @throws {UnavailableError} */
  async guard(block: string, inner: readonly string[]): Promise<void> {
    await runTool('nft', ['-f', '-'], guardText({ table: guardTable, block, inner, priority: ownPriority }))
  }

  /** Takes the guard away. @throws {UnavailableError} */
  async unguard(): Promise<void> {
    await runTool('nft', ['-f', '-'], unguardText(guardTable))
  }

  /** The only other router at the interface; undefined where there is not exactly one. @throws {UnavailableError} */
  async gatewayAt(name: string): Promise<string | undefined> {
    const [one, ...others] = await routersAt(name)
    if (one !== undefined && others.length === 0) this.#gateways.set(name, one)
    else if (others.length > 0) this.#gateways.delete(name)
    return this.#gateways.get(name)
  }

  /** What waits to go goes now; nothing after it. Never rejects. */
  async stop(): Promise<void> {
    await this.#last
    if (this.#serviceLinks.length > 0) {
      this.#serviceLinks = [] // they end with the agent
      await this.bring(this.#wanted).catch(this.#failed)
    }
    this.#stopTimer()
    if (this.#isSweepDue) await this.sweep().catch(this.#failed)
  }

  readonly #failed = (error: unknown): void =>
    this.#parts.report(`what lines have left is not removed: ${textOf(error)}`)

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  async #bring(): Promise<LinkProblems> {
    const now = await this.#read(this.#wanted)
    const wanted = this.#wanted // as it is by now: packets may have been turned meanwhile
    const steps = await this.#steps(wanted, now)
    const { segments } = steps
    const queues = this.#adder.add(steps.add, () => this.#steps(wanted, now))
    const said = [
      ...(await Promise.all([this.#tried(this.#ip(segments.add)), this.#tried(queues)])),
      await this.#tried(this.#ip(segments.unsteer)),
    ].find((one) => one !== undefined)
    const isChanged = [segments.add, segments.unsteer].some(hasSome) || steps.add.length > 0
    const seen = isChanged ? await this.#read(wanted) : now
    const left = isChanged ? await this.#steps(wanted, seen) : steps
    if (hasSome(left.segments.remove) || left.remove.length > 0) this.#sweepSoon()
    const problems = new Map(left.problems)
    // Packets that were turned meanwhile have other rules than these: that is no fault of what is being made.
    const still = this.#wanted === wanted ? left : await this.#steps(this.#wanted, seen)
    const isWanted = new Set(isChanged ? missingIn(still) : [])
    for (const command of missingIn(left).filter((one) => isWanted.has(one))) {
      const problem = said ?? `the kernel does not keep "${command}"`
      const [, name] = / dev (\S+)/.exec(command) ?? []
      if (name === undefined) throw new UnavailableError('refused', problem)
      if (!problems.has(name)) problems.set(name, problem)
    }
    return problems
  }

  /** What the kernel said against it. What matters is seen afterwards, by what is there. */
  readonly #tried = (work: Promise<void>): Promise<string | undefined> =>
    work.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof UnavailableError) return error.message
        throw error
      },
    )

  async #sweep(): Promise<void> {
    const wanted = this.#wanted
    const { segments, remove } = await this.#steps(wanted, await this.#read(wanted))
    const said = [
      await this.#tried(this.#ip(segments.unsteer)),
      ...(await Promise.all([this.#tried(this.#ip(segments.remove)), this.#tried(runBatch('tc', [], remove))])),
    ].find((one) => one !== undefined)
    if (said !== undefined) throw new UnavailableError('refused', said)
    this.#isSweepDue = false
  }

  #sweepSoon(ms: number = drainMs): void {
    this.#stopTimer()
    this.#isSweepDue = true
    this.#stopTimer = this.#parts.clock.after(ms, () => {
      this.sweep().catch((error: unknown) => {
        this.#failed(error)
        this.#sweepSoon(retryMs)
      })
    })
  }

  #read(wanted: Wanted): Promise<LinesNow> {
    return readLines([...wanted.classes.keys(), ...this.#serviceLinks], this.#parts.block)
  }

  /** `problems`: of links at which not everything can be as it is wanted. What is left of all others is done all the same. */
  async #steps(wanted: Wanted, now: LinesNow) {
    const problems = new Map<string, string>()
    const trees = [...now.trees.keys()].map((name) => this.#treeOf(name, wanted, now, problems))
    const commands = trees
      .filter((tree) => tree !== undefined)
      .map((tree) => rateCommands(tree, now.trees.get(tree.interface)!))
    return {
      segments: segmentCommands(await this.#segments(wanted, now, problems), now.segments, marks),
      add: commands.flatMap(({ add }) => add),
      remove: commands.flatMap(({ remove }) => remove),
      problems,
    }
  }

  /** Undefined: what is there stays as it is. */
  #treeOf(name: string, wanted: Wanted, now: LinesNow, problems: Map<string, string>): RateTree | undefined {
    const classes = wanted.classes.get(name) ?? []
    const hasServices = this.#serviceLinks.includes(name)
    if (now.trees.get(name)!.qdiscs.length === 0) {
      if (classes.length > 0 || hasServices) problems.set(name, `there is no interface ${name}`)
      return undefined
    }
    const capacity = capacityOf(name, now.trees.get(name)!.qdiscs, this.#parts.capacities)
    if (capacity === undefined && (classes.length > 0 || hasServices)) {
      problems.set(name, `nobody says the capacity of ${name}`)
      return undefined
    }
    const services = hasServices ? serviceClassesAt(capacity!) : []
    return { interface: name, bitsPerSecond: capacity ?? 0, classes, services, waiting: this.#adder.waiting }
  }

  async #segments(
    { routes, rules }: Wanted,
    now: LinesNow,
    problems: Map<string, string>,
  ): Promise<Omit<SegmentState, 'addresses'>> {
    // A link that goes down takes its routes away and refuses others, but must not keep a path over another link from
    // being made; they come back with it.
    const up = new Set([...new Set(routes.map((one) => one.interface))].filter(isUp))
    const carried = routes.filter((one) => one.interface === 'lo' || up.has(one.interface))
    const names = new Set(carried.flatMap((one) => (one.how.type === 'neighbour' ? [one.interface] : [])))
    for (const name of names) if (!this.#gateways.has(name)) await this.gatewayAt(name)
    const whole = carried.flatMap((one): readonly SegmentRoute[] => {
      if (one.how.type !== 'neighbour') return [{ ...one, how: one.how }]
      const gateway = this.#gateways.get(one.interface)
      if (gateway !== undefined) return [{ ...one, how: { type: 'via', gateway } }]
      // A neighbour that is silent when this agent starts is still where the route leads.
      const before = now.segments.routes.find((route) => leadsLike(route, one))
      if (before === undefined) problems.set(one.interface, `there is not exactly one other router at ${one.interface}`)
      return before === undefined ? [] : [before]
    })
    return { routes: whole, rules }
  }

  /** Routes of IPv6 first: those of IPv4 lead into them. */
  async #ip({ v4, v6 }: IpCommands): Promise<void> {
    const said = [await this.#tried(runBatch('ip', ['-6'], v6)), await this.#tried(runBatch('ip', ['-4'], v4))]
    const problem = said.find((one) => one !== undefined)
    if (problem !== undefined) throw new UnavailableError('refused', problem)
  }
}

/** What the kernel does not have, or has and should not lead by. */
const missingIn = ({
  segments: { add, unsteer },
  add: queues,
}: {
  readonly segments: Pick<ReturnType<typeof segmentCommands>, 'add' | 'unsteer'>
  readonly add: readonly string[]
}): readonly string[] => [...add.v4, ...add.v6, ...unsteer.v4, ...unsteer.v6, ...queues]

/** To the same over the same link. */
const leadsLike = (
  route: SegmentRoute,
  { to, table, interface: name }: Pick<SegmentRoute, 'to' | 'table' | 'interface'>,
): boolean => route.how.type === 'via' && route.to === to && route.table === table && route.interface === name

const hasSome = ({ v4, v6 }: IpCommands): boolean => v4.length + v6.length > 0
