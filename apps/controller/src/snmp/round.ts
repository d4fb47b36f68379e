/**
 * The counters of one router, round by round: what to ask next, and what the answers mean. An engine: it does not matter
 * when answers come, how many are missing, or what is in them. Pure.
 * @module
 */
import type { CounterSample } from '@vagus/analytics'
import { type Answer, type Ask, numberIn, textIn } from './answer.ts'
import { InterfaceList, type ListedInterface } from './interface-list.ts'
import { columns, type CounterBits, roundColumns, scalars } from './objects.ts'
import { isCalled, type Place, placesOf, type Wanted } from './places.ts'
import { Row } from './row.ts'
import { speedOfOneWrap, TotalsOfInterface } from './totals.ts'
import { type Passage, passageOf, type Uptime, uptimeMsOf } from './uptime.ts'

/** Interfaces in one question: their varbinds fit into a packet of Ethernet. */
const perQuestion = 3
/** How long the list of interfaces is believed, milliseconds; a restart ends it sooner. */
const listFor = 600_000
/** The same, while a name is not where it was. */
const listAgainAfter = 120_000

/** A sample without what only the controller knows: the number of its exporter. */
export type RoundSample = Omit<CounterSample, 'exporter' | 'source' | 'every'>

export interface Moved {
  readonly name: string
  readonly from: number
  readonly to: number
}

export interface RoundResult {
  /** By the index of `vagus.yaml`, which flow records and tables have. */
  readonly samples: readonly RoundSample[]
  readonly restarted: boolean
  /** Interfaces whose ifIndex at the router changed since the last round. */
  readonly moved: readonly Moved[]
}

/** What is known of the router; empty before the first round. */
export interface RouterFacts {
  readonly sysName: string | undefined
  /** When it came up, milliseconds since 1970. */
  readonly upSince: number | undefined
  readonly listed: readonly ListedInterface[]
  /** More than are listed, or a list without end. */
  readonly isListCut: boolean
  readonly places: readonly Place[]
  /** Names of those whose counters of 32 bits wrap more than once in a round, so that they tell nothing. */
  readonly tooFast: readonly string[]
}

interface Followed {
  bits: CounterBits
  totals: TotalsOfInterface
}

type Step = { kind: 'scalars' } | { kind: 'list'; list: InterfaceList } | { kind: 'rows'; places: readonly Place[] }

export class RouterRounds {
  readonly #every: number
  #wanted: readonly Wanted[]
  #listed: readonly ListedInterface[] = []
  #isListCut = false
  #listedAt = -Infinity
  #listAskedAt = -Infinity
  #places: readonly Place[] = []
  #uptime: Uptime | undefined
  #upSince: number | undefined
  #sysName: string | undefined
  readonly #followed = new Map<string, Followed>()
  readonly #tooFast = new Set<string>()
  #steps: Step[] = []
  /** Until `end` tells them: a round may be given up in between. */
  #samples: RoundSample[] = []
  #moved: Moved[] = []
  #isRestarted = false
  /** Interfaces whose totals were broken off in a sample that was given up. */
  readonly #brokenOff = new Set<string>()

  /** @param every milliseconds between rounds */
  constructor(wanted: readonly Wanted[], every: number) {
    this.#wanted = wanted
    this.#every = every
  }

  /** From the next round on. Interfaces that stay go on. */
  want(wanted: readonly Wanted[]): void {
    this.#wanted = wanted
    const names = new Set(wanted.map(({ name }) => name))
    for (const name of this.#followed.keys()) if (!names.has(name)) this.#forget(name)
    this.#place()
    this.#moved = [] // an operator moved them
  }

  /** Begins a round; what was left of another is given up. */
  begin(): void {
    for (const { ifName, continued } of this.#samples) if (continued === false) this.#brokenOff.add(ifName ?? '')
    this.#samples = []
    this.#steps = [{ kind: 'scalars' }]
  }

  /** Undefined when the round is over: then `end` tells what came of it. */
  ask(): Ask | undefined {
    const step = this.#steps[0]
    if (step === undefined) return undefined
    if (step.kind === 'scalars') return { oids: Object.values(scalars) }
    if (step.kind === 'rows') return { oids: step.places.flatMap((place) => this.#oidsOf(place)) }
    const ask = step.list.ask()
    if (ask !== undefined) return ask
    this.#takeList(step.list)
    this.#steps.shift()
    return this.ask()
  }

  /** The answers to the last question, which came at `now`, milliseconds since 1970. */
  take(answers: readonly Answer[], now: number): void {
    const step = this.#steps[0]
    if (step === undefined) return
    if (step.kind === 'list') return step.list.take(answers)
    this.#steps.shift()
    const values = new Map(answers.map((answer) => [answer.oid, answer]))
    if (step.kind === 'scalars') this.#takeScalars(values, now)
    else for (const place of step.places) this.#takeRow(place, values, now)
  }

  /** The answer to the last question would be too long (RFC 3416 section 4.2.1). False: it cannot be asked for less. */
  tooBig(): boolean {
    const step = this.#steps[0]
    if (step?.kind === 'list') return step.list.askForLess()
    if (step?.kind !== 'rows' || step.places.length === 1) return false
    this.#steps.splice(0, 1, ...step.places.map((place): Step => ({ kind: 'rows', places: [place] })))
    return true
  }

  end(): RoundResult {
    const result = { samples: this.#samples, restarted: this.#isRestarted, moved: this.#moved }
    for (const { ifName } of this.#samples) this.#brokenOff.delete(ifName ?? '')
    this.#steps = []
    this.#samples = []
    this.#moved = []
    this.#isRestarted = false
    return result
  }

  get facts(): RouterFacts {
    return {
      sysName: this.#sysName,
      upSince: this.#upSince,
      listed: this.#listed,
      isListCut: this.#isListCut,
      places: this.#places,
      tooFast: [...this.#tooFast],
    }
  }

  #takeScalars(values: ReadonlyMap<string, Answer>, now: number): void {
    const ticks = numberIn(values.get(scalars.sysUpTime))
    const name = values.get(scalars.sysName)
    this.#sysName = (name && textIn(name)) ?? this.#sysName
    if (ticks !== undefined) {
      const uptime = { at: now, ticks, boots: numberIn(values.get(scalars.snmpEngineBoots), 0x7fff_ffff) }
      const passage = this.#uptime === undefined ? 'went on' : passageOf(this.#uptime, uptime)
      this.#uptime = uptime
      if (this.#upSince === undefined || passage !== 'went on') this.#upSince = now - Number(ticks) * 10
      if (passage !== 'went on') this.#breakOff(passage)
    }
    const believed = this.#places.some(({ index }) => index === undefined) ? listAgainAfter : listFor
    if (now - this.#listedAt >= believed || now < this.#listedAt) {
      this.#steps.push({ kind: 'list', list: new InterfaceList() })
      this.#listAskedAt = now
    } else this.#askRows()
  }

  #breakOff(passage: Passage): void {
    for (const { totals } of this.#followed.values()) totals.breakOff()
    if (passage !== 'restarted') return
    this.#isRestarted = true
    this.#listedAt = -Infinity
  }

  #takeList(list: InterfaceList): void {
    this.#listed = list.interfaces()
    this.#listedAt = this.#listAskedAt
    this.#isListCut = list.isCut
    this.#place()
    this.#askRows()
  }

  #place(): void {
    const before = new Map(this.#places.map(({ wanted, index }) => [wanted.name, index]))
    this.#places = placesOf(this.#wanted, this.#listed)
    for (const { wanted, index } of this.#places) {
      const from = before.get(wanted.name)
      if (from === undefined || index === undefined || index === from) continue
      this.#moved.push({ name: wanted.name, from, to: index })
      this.#followed.delete(wanted.name)
    }
  }

  #askRows(): void {
    const known = this.#places.filter(({ index, wanted }) => index !== undefined && (wanted.index ?? index) > 0)
    for (let at = 0; at < known.length; at += perQuestion)
      this.#steps.push({ kind: 'rows', places: known.slice(at, at + perQuestion) })
  }

  #oidsOf({ wanted, index }: Place): readonly string[] {
    return roundColumns[this.#followOf(wanted.name).bits].map((name) => `${columns[name]}.${index}`)
  }

  #followOf(name: string): Followed {
    const found = this.#followed.get(name) ?? { bits: 64, totals: new TotalsOfInterface() }
    this.#followed.set(name, found)
    return found
  }

  #forget(name: string): void {
    this.#followed.delete(name)
    this.#tooFast.delete(name)
  }

  #takeRow(place: Place, values: ReadonlyMap<string, Answer>, now: number): void {
    const { wanted, index } = place
    const followed = this.#followOf(wanted.name)
    const row = new Row(values, index!)
    if (place.by === 'name' && !isCalled({ name: row.text('ifName'), description: row.text('ifDescr') }, wanted.name)) {
      // Another interface has its index now: the list is old.
      if (now - this.#listedAt >= listAgainAfter) this.#listedAt = -Infinity
      this.#followed.delete(wanted.name)
      return
    }
    const raw = row.counters(followed.bits, now)
    if (raw === undefined) {
      if (followed.bits === 32 || row.number('ifOperStatus') === undefined) return
      followed.bits = 32
      this.#steps.unshift({ kind: 'rows', places: [place] })
      return
    }
    if (raw.bits === 32 && raw.speed > speedOfOneWrap(this.#every)) this.#tooFast.add(wanted.name)
    else this.#tooFast.delete(wanted.name)
    const totals = followed.totals.take(raw)
    this.#samples.push({
      ...totals,
      continued: totals.continued && !this.#brokenOff.has(wanted.name),
      ifIndex: wanted.index ?? index!,
      ifName: wanted.name,
      at: now,
      uptimeMs: uptimeMsOf(this.#uptime?.ticks ?? 0n),
      ifSpeed: raw.speed,
      ...row.state(),
    })
  }
}
