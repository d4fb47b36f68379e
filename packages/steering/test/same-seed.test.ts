import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Advisor, type Finding } from '../src/index.ts'
import { createRandom } from '../src/random.ts'
import { Mbit, PlayedBorder } from './border.ts'

const steps = 1500

/** What the advisor of a border decides under traffic that follows from the seed: demands that fluctuate, and surges. */
function decisionLog(seed: number): string {
  const random = createRandom(seed)
  const border = new PlayedBorder({ north: 100 * Mbit, south: 100 * Mbit, west: 40 * Mbit })
  const prefixes = Array.from({ length: 12 }, (_, number) => `10.0.${number}.0/24`)
  const usual = prefixes.map(() => random() * 8 * Mbit)
  for (const prefix of prefixes) border.add(prefix, 0, 0)
  let surge = { prefix: 0, factor: 1, until: 0 }
  const advisor = new Advisor()
  const log: Finding[] = []
  for (let step = 0; step < steps; step++) {
    if (step > surge.until + 30 && random() < 0.05)
      surge = { prefix: Math.floor(random() * prefixes.length), factor: 5 + random() * 15, until: step + 30 }
    for (const [number, prefix] of prefixes.entries()) {
      const factor = number === surge.prefix && step < surge.until ? surge.factor : 1
      border.prefixes.get(prefix)!.demand = usual[number]! * factor * (0.9 + random() * 0.2)
    }
    const finding = border.play(advisor)
    log.push(finding)
    const [open] = finding.proposals.filter(({ state }) => state === 'open')
    if (open !== undefined && random() < 0.3) border.approve(open)
  }
  return JSON.stringify(log)
}

test('the same seed gives the same decision log, octet for octet, and another one another', () => {
  const log = decisionLog(7)
  assert.equal(decisionLog(7), log)
  assert.notEqual(decisionLog(8), log)
  const all = JSON.parse(log) as readonly Finding[]
  const opened = new Set(all.flatMap(({ proposals }) => proposals.map(({ openedAt }) => openedAt)))
  assert.ok(opened.size >= 3, `only ${opened.size} proposals were opened: the log says little`)
})
