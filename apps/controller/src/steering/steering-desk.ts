/**
 * Watches the borders: reads them once a step, asks the engine what follows, and keeps what it proposes. It changes nothing
 * on any router.
 *
 *   counters, agents ──▶ loads ─┐
 *   flow store ──▶ rates ───────┼──▶ reading ──▶ Advisor ──▶ proposals, events
 *   agents ──▶ classes in force ┘
 *
 * A step that is still running when the next is due delays it. Without an answer of the store it goes on with what is known.
 * @module
 */
import { parseDuration } from '@vagus/api/duration'
import type { Config } from '@vagus/api'
import type { Proposal, ProposedClass } from '@vagus/api/steering'
import type { ActuationList } from '@vagus/api/telemetry'
import type { Finding } from '@vagus/steering'
import { deviceExports } from '../domain/device-state.ts'
import { streamsAt, type View } from '../domain/view.ts'
import type { EventDraft } from '../events/event-draft.ts'
import type { SteeringIntents } from '../intents/steering-intents.ts'
import { timeText } from '../resources/windows.ts'
import { BorderWatch, type Pace } from './border-watch.ts'
import { placesOf, prefixReadings, problemOf } from './border-reading.ts'
import { bordersOf, type ConfiguredBorder } from './borders.ts'
import { linkReadingsOf, type MeasuredLinks } from './link-readings.ts'
import { OwnPrefixes } from './own-prefixes.ts'
import { prefixRatesOf, type PrefixRates, type RatesView } from './prefix-rates.ts'
import { prefixTextOf } from './prefix-text.ts'
import { ProposalList } from './proposal-list.ts'
import { proposalResource } from './proposal-resource.ts'
import { type ClassInForce, classesFor } from './steering-classes.ts'
import { proposalEvents } from './steering-events.ts'
import type { SteeringKeeper } from './steering-keeper.ts'

export type SteeringView = RatesView & Pick<View, 'config' | 'domain' | 'directory' | 'measurements'>

export interface SteeringParts {
  /** Of the moment. */
  readonly view: () => SteeringView
  readonly measured: () => MeasuredLinks
  /** Traffic classes in force at a device. */
  readonly inForce: (device: string) => readonly ActuationList['active'][number][]
  readonly keeper: SteeringKeeper
  /** What the operator's intents say of it; absent: nothing. */
  readonly intents?: Pick<SteeringIntents, 'bind' | 'shaping'> | undefined
  readonly tell: (draft: EventDraft) => void
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** The first step is made sooner than others, once counters and agents were heard. Milliseconds. */
const firstAfter = 10_000
/** For all that a step asks of the store; half a step where that is less. Milliseconds. */
const maxPatience = 10_000
/** What the engines know is written down so often, milliseconds; and when a proposal begins, changes its state or ends. */
const saveEvery = 60_000

export class SteeringDesk {
  readonly proposals: ProposalList
  readonly #parts: SteeringParts
  readonly #watches = new Map<string, BorderWatch>()
  readonly #stop = new AbortController()
  readonly #followers: ((at: number) => void)[] = []
  #own: { readonly domain: SteeringView['domain']; readonly prefixes: OwnPrefixes } | undefined
  #nextAt: number
  #savedAt: number
  #running: Promise<void> | undefined
  /** Said once, not with every step. */
  #saveProblem = ''

  constructor(parts: SteeringParts) {
    this.#parts = parts
    this.proposals = new ProposalList(parts.keeper)
    const { config, directory, now } = parts.view()
    this.#savedAt = now()
    this.#nextAt = this.#savedAt + Math.min(firstAfter, paceOf(config).step)
    this.#follow(bordersOf(directory))
  }

  /** By neighbour; none while steering is off. */
  get watches(): readonly BorderWatch[] {
    return [...this.#watches.values()]
  }

  /** Calls `told` after each step, with its time in milliseconds since 1970. */
  whenStepped(told: (at: number) => void): void {
    this.#followers.push(told)
  }

  /** Makes a step if one is due; to be called once a second. */
  tick(): void {
    const { config, now } = this.#parts.view()
    const { step } = paceOf(config)
    const at = now()
    const wait = this.#nextAt - at
    // A longer wait than a step: the clock was set back, or the step made shorter.
    if (this.#running !== undefined || (wait > 0 && wait <= step)) return
    // Steps that were missed are not made up for.
    this.#nextAt = Math.abs(wait) < step ? this.#nextAt + step : at + step
    this.#running = this.step()
      .catch((error: unknown) => this.#parts.report(`steering: ${String(error)}`))
      .finally(() => (this.#running = undefined))
  }

  async step(): Promise<void> {
    const view = this.#parts.view()
    const at = view.now()
    const borders = bordersOf(view.directory)
    this.#follow(borders)
    const measured = this.#parts.measured()
    const { step } = paceOf(view.config)
    const watched = borders.flatMap((border) => {
      const watch = this.#watches.get(border.neighbour)
      if (watch === undefined) return []
      return [{ border, watch, links: linkReadingsOf(border.links, view.measurements, measured, { now: at, step }) }]
    })
    const found =
      watched.length === 0
        ? []
        : await this.#rates(
            view,
            watched.map(({ border }) => border),
            step,
          )
    if (this.#stop.signal.aborted) return
    const open = new Set<string>()
    let isNews = false
    for (const [index, { border, watch, links }] of watched.entries()) {
      const rates = 'problem' in found ? undefined : found[index]
      const inForce = this.#inForce(border)
      const unread = 'problem' in found ? found.problem : null
      const problem = problemOf(border, links, unread, (address) => exportsFlows(view, address))
      const places = placesOf(border, links)
      const read = { links, prefixes: rates === undefined ? [] : prefixReadings(places, rates, inForce) }
      const reading = this.#parts.intents?.bind(border, read) ?? read
      const finding = watch.take(border, { at, ...reading }, problem)
      isNews = this.#takeProposals(watch, finding, (moves) => classesFor(moves, places, inForce), open) || isNews
    }
    this.#save(at, this.#endOthers(open, at) || isNews ? 'now' : 'when-due')
    for (const told of this.#followers) told(at)
  }

  /** Writes down what is known. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#save(this.#parts.view().now(), 'now')
  }

  /** Watches these borders and no other; with another pace they begin to learn anew. */
  #follow(borders: readonly ConfiguredBorder[]): void {
    const { config } = this.#parts.view()
    const pace = paceOf(config)
    const wanted = new Map(config.steering.enabled ? borders.map((border) => [border.neighbour, border]) : [])
    for (const neighbour of this.#watches.keys()) if (!wanted.has(neighbour)) this.#watches.delete(neighbour)
    for (const [neighbour, border] of wanted) {
      const before = this.#watches.get(neighbour)
      if (before?.pace.step === pace.step && before.pace.horizon === pace.horizon) continue
      const snapshot = before?.snapshot() ?? this.#parts.keeper.snapshotOf(neighbour)
      const firstNumber = this.proposals.lastNumber(neighbour) + 1
      this.#watches.set(neighbour, new BorderWatch(border, pace, { firstNumber, snapshot }))
    }
  }

  /** By border; or why nothing is known. */
  async #rates(
    view: SteeringView,
    borders: readonly ConfiguredBorder[],
    step: number,
  ): Promise<readonly PrefixRates[] | { readonly problem: string }> {
    const ends = borders.flatMap(({ links }) => links.map(({ end }) => end))
    const patience = Math.min(step / 2, maxPatience)
    const own = this.#ownPrefixes(view)
    if (own.sites.length === 0) return { problem: 'vagus.yaml has no site of ours: one of kind "site"' }
    try {
      const rates = await prefixRatesOf(view, own, ends, { step, patience, stop: this.#stop.signal })
      let first = 0
      return borders.map(({ links: { length } }) => {
        const from = first
        first += length
        return new Map([...rates].map(([prefix, row]) => [prefix, row.slice(from, from + length)]))
      })
    } catch (error) {
      return { problem: (error as Error).message }
    }
  }

  /** Of the configuration of the moment: their table takes long to build. */
  #ownPrefixes({ config, domain }: SteeringView): OwnPrefixes {
    if (this.#own?.domain !== domain) this.#own = { domain, prefixes: new OwnPrefixes(config, domain) }
    return this.#own.prefixes
  }

  #inForce({ links }: ConfiguredBorder): readonly ClassInForce[] {
    const devices = [...new Set(links.map(({ end }) => end.device.name))]
    return devices.flatMap((device) =>
      this.#parts
        .inForce(device)
        .toSorted((one, other) => Date.parse(one.appliedAt) - Date.parse(other.appliedAt))
        .map(({ owner, prefix, interface: name, class: number }) => {
          return { owner, prefix: prefixTextOf(prefix), device, interface: name, class: number }
        }),
    )
  }

  /** Whether one began, or has another state; adds the ids of those that have not ended to `open`. */
  #takeProposals(
    { border, pace }: BorderWatch,
    { proposals }: Finding,
    classesOf: (moves: Finding['proposals'][number]['moves']) => readonly ProposedClass[],
    open: Set<string>,
  ): boolean {
    let isNews = false
    for (const one of proposals) {
      const id = `${border.neighbour}-${one.number}`
      const before = this.proposals.find(id)
      const classes = before === undefined || one.state === 'open' ? classesOf(one.moves) : before.classes
      const made = proposalResource(one, { id, border, stepSeconds: pace.step / 1000, classes })
      this.#take(before === undefined ? this.#shaped(made, border) : keptOf(made, before), before)
      isNews ||= before === undefined || (before.endedAt === null && before.state !== one.state)
      if (one.endedAt === null) open.add(id)
    }
    return isNews
  }

  #shaped(proposal: Proposal, border: ConfiguredBorder): Proposal {
    const intents = this.#parts.intents?.shaping(border, proposal) ?? []
    return intents.length === 0 ? proposal : { ...proposal, intents }
  }

  #take(proposal: Proposal, before: Proposal | undefined): void {
    this.proposals.take(proposal)
    if (before === undefined || before.endedAt === null)
      proposalEvents(proposal, before?.state).forEach(this.#parts.tell)
  }

  /** Nobody follows what an engine does not know: of a border that is no more, or was begun anew. Whether there was one. */
  #endOthers(open: ReadonlySet<string>, at: number): boolean {
    const lost = this.proposals.all().filter(({ id, endedAt }) => endedAt === null && !open.has(id))
    for (const one of lost) {
      const state = one.state === 'taken' ? 'measured' : 'outdated'
      this.#take({ ...one, state, endedAt: timeText(at) }, one)
    }
    return lost.length > 0
  }

  /** The engines first: after a crash between the two they know of proposals that are not kept, and tell them again. */
  #save(at: number, when: 'now' | 'when-due'): void {
    const { keeper, report } = this.#parts
    try {
      if (when === 'now' || Math.abs(at - this.#savedAt) >= saveEvery) {
        for (const [neighbour, watch] of this.#watches) keeper.keepSnapshot(neighbour, watch.snapshot(), at)
        this.#savedAt = at
      }
      this.proposals.save(at)
      this.#saveProblem = ''
    } catch (error) {
      const problem = String(error)
      if (problem !== this.#saveProblem) report(`proposals could not be written down: ${problem}`)
      this.#saveProblem = problem
    }
  }
}

/** Links that were taken out of the configuration since are no longer known, and intents are those of when it was opened. */
const keptOf = (made: Proposal, { because, intents }: Proposal): Proposal => ({
  ...made,
  because,
  ...(intents !== undefined && { intents }),
})

/** Whether flows of the device at `address` come now: what came before says nothing of this step. */
function exportsFlows(view: SteeringView, address: string): boolean {
  const silentAfter = parseDuration(view.config.flow.silentAfter)
  return deviceExports(streamsAt(view, address), silentAfter, view.now()).state === 'exporting'
}

/** As configured. */
function paceOf({ steering }: Pick<Config, 'steering'>): Pace {
  const step = parseDuration(steering.every)
  return { step, horizon: Math.max(1, Math.round(parseDuration(steering.horizon) / step)) }
}
