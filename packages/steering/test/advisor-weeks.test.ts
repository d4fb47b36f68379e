import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { Advisor, type Finding } from '../src/index.ts'
import { Mbit, PlayedBorder } from './border.ts'

const minutesPerDay = 1440
const horizon = 5

/** Which part of the loads a horizon later was below the upper bound, link by link. */
class Coverage {
  readonly #uppers: (readonly (number | null)[])[] = []
  readonly #covered: number[] = []
  readonly #known: number[] = []
  readonly #ahead: number

  constructor(ahead: number) {
    this.#ahead = ahead
  }

  take({ links }: Finding): void {
    const uppers = this.#uppers.length === this.#ahead ? this.#uppers.shift()! : []
    for (const [link, { load }] of links.entries()) {
      const upper = uppers[link] ?? null
      if (load === null || upper === null) continue
      this.#known[link] = (this.#known[link] ?? 0) + 1
      if (load <= upper) this.#covered[link] = (this.#covered[link] ?? 0) + 1
    }
    this.#uppers.push(links.map(({ upper }) => upper))
  }

  worst(): number {
    return Math.min(...this.#known.map((known, link) => this.#covered[link]! / known))
  }
}

describe('a week of days and nights, with fluctuations of up to a sixth', () => {
  for (const peak of [0.6, 0.75, 0.85]) {
    test(`at a peak of about ${100 * peak} %, 93 of 100 steps keep the upper bound, with a false alarm a day at most`, () => {
      const border = new PlayedBorder({ north: 100 * Mbit, south: 100 * Mbit })
      for (let prefix = 0; prefix < 5; prefix++) border.add(`10.0.${prefix}.0/24`, 0, 0)
      border.add('10.1.0.0/24', 20 * Mbit, 1)
      const advisor = new Advisor({ horizon })
      const coverage = new Coverage(horizon)
      let random = 3
      let fluctuation = 0
      let alarms = 0
      let usualAlarms = 0
      let above = 0
      for (let step = 0; step < 7 * minutesPerDay; step++) {
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
        fluctuation = 0.9 * fluctuation + 0.0375 * (random / 2 ** 31 - 1)
        const load = peak * (0.6 - 0.4 * Math.cos((2 * Math.PI * step) / minutesPerDay)) * (1 + fluctuation)
        for (let prefix = 0; prefix < 5; prefix++) border.prefixes.get(`10.0.${prefix}.0/24`)!.demand = 20 * Mbit * load
        const finding = border.play(advisor)
        coverage.take(finding)
        if (finding.proposals.some(({ openedAt, endedAt }) => openedAt === finding.at && endedAt === null)) alarms++
        above = load >= 0.8 ? above + 1 : 0
        if (above === 2) usualAlarms++
      }
      assert.ok(coverage.worst() >= 0.93, `coverage ${coverage.worst()}`)
      assert.ok(alarms <= 7, `${alarms} alarms; at 80 % there would have been ${usualAlarms}`)
      if (peak > 0.8) assert.ok(usualAlarms > 10 * alarms, `${usualAlarms} alarms at 80 %, ${alarms} as learned`)
    })
  }
})

test('a week close to the threshold, with fluctuations of a tenth: no more than ten proposals a day', () => {
  const border = new PlayedBorder({ north: 100 * Mbit, south: 100 * Mbit })
  for (let prefix = 0; prefix < 5; prefix++) border.add(`10.0.${prefix}.0/24`, 0, 0)
  border.add('10.1.0.0/24', 20 * Mbit, 1)
  const advisor = new Advisor({ horizon })
  let random = 3
  let fluctuation = 0
  let opened = 0
  for (let step = 0; step < 7 * minutesPerDay; step++) {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    // A deviation of a tenth that lasts ten minutes.
    fluctuation = 0.9 * fluctuation + 0.0755 * (random / 2 ** 31 - 1)
    for (let prefix = 0; prefix < 5; prefix++)
      border.prefixes.get(`10.0.${prefix}.0/24`)!.demand = 17.6 * Mbit * (1 + fluctuation)
    const finding = border.play(advisor)
    if (finding.proposals.some(({ openedAt }) => openedAt === finding.at)) opened++
  }
  assert.ok(opened > 7 && opened <= 70, `${opened} proposals`)
})

const abilene = 'te/abilene-w1.f32.gz'

const abileneSteps = 3 * 288
/** Demands of one prefix for each pair of different nodes, Mbit/s, at each step of three days. */
function abileneDays(): readonly Float32Array[] {
  const nodes = 12
  const octets = gunzipSync(readFileSync(dataPath(abilene)))
  const all = new Float32Array(octets.buffer.slice(octets.byteOffset, octets.byteOffset + octets.byteLength))
  const pairs = [...Array(nodes * nodes).keys()].filter((pair) => Math.floor(pair / nodes) !== pair % nodes)
  return Array.from({ length: abileneSteps }, (_, step) =>
    Float32Array.from(pairs, (pair) => all[step * nodes ** 2 + pair]!),
  )
}

/** Share of the traffic that is lost on those days at four links of unequal size, one of which is halved now and then. */
function lossOf(days: readonly Float32Array[], approval: 'approves' | 'only looks'): { lost: number; worst: number } {
  const totals = days.map((row) => row.reduce((sum, each) => sum + each, 0)).sort((a, b) => a - b)
  const most = totals[Math.round(0.99 * (totals.length - 1))]! * Mbit
  const whole = [0.46, 0.345, 0.23, 0.115].map((share) => share * most)
  const border = new PlayedBorder({ a: whole[0]!, b: whole[1]!, c: whole[2]!, d: whole[3]! })
  const golden = 0.618_034
  const prefixOf = (pair: number): string => `10.0.${pair}.0/24`
  for (let pair = 0; pair < days[0]!.length; pair++) {
    const place = (pair * golden) % 1
    border.add(
      prefixOf(pair),
      0,
      [0.4, 0.7, 0.9, 1].findIndex((end) => place < end),
      pair % 10 !== 7,
    )
  }
  const advisor = new Advisor({ horizon: 1 })
  const coverage = new Coverage(1)
  let lost = 0
  let total = 0
  for (const [step, row] of days.entries()) {
    for (const [pair, demand] of row.entries()) border.prefixes.get(prefixOf(pair))!.demand = demand * Mbit
    border.capacities[0] = whole[0]! * (Math.floor(step / 60) % 7 === 6 ? 0.5 : 1)
    const carried = border.reading().links.reduce((sum, { load }) => sum + load!, 0)
    const asked = row.reduce((sum, each) => sum + each, 0) * Mbit
    lost += asked - carried
    total += asked
    const finding = border.play(advisor)
    coverage.take(finding)
    const open = finding.proposals.find(({ state }) => state === 'open')
    if (open !== undefined && approval === 'approves') border.approve(open)
  }
  return { lost: lost / total, worst: coverage.worst() }
}

test(
  'three days of Abilene at a border: approved proposals halve the loss, and the bounds hold',
  { skip: needsData(abilene) },
  () => {
    const days = abileneDays()
    const without = lossOf(days, 'only looks')
    const approved = lossOf(days, 'approves')
    assert.ok(without.lost > 0.005, `${without.lost}`)
    assert.ok(approved.lost < without.lost / 2, `${approved.lost} of ${without.lost}`)
    assert.ok(without.worst >= 0.93, `coverage ${without.worst}`)
    // The moves themselves come above the bound of the link that they go to.
    assert.ok(approved.worst >= 0.9, `coverage ${approved.worst} with moves`)
  },
)
