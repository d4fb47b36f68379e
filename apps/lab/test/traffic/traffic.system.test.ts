import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs } from '../../../../scripts/needs.ts'
import { makePlan, type Plan } from '../../src/traffic/plan.ts'
import { sites } from './sites.ts'
import type { Observed, Sample } from './two-sites.ts'

const skip = needs('netns')
const families = ['v4', 'v6'] as const

describe('two generators on a veth pair', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-traffic-'))
  const plan: Plan = makePlan({
    sites: ['factory', 'dc-east'].map((name, index) => ({
      ...sites.find((site) => site.name === name)!,
      v4Prefix: `10.${index + 1}.0.0/16`,
      v6Prefix: `2001:db8:${index + 1}::/48`,
    })),
    seed: 5,
    matrix: 'gravity',
    maxPacketsPerSecond: 2200,
  })
  let observed: Observed

  before(() => {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan))
    const inside = [process.execPath, resolve(import.meta.dirname, 'two-sites.ts'), folder]
    // a namespace of processes: whatever happens inside, nothing outlives the first of them
    const output = execFileSync('unshare', ['-Urnmpf', '--mount-proc', '--kill-child', ...inside], {
      encoding: 'utf8',
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache') },
      timeout: 60_000,
    })
    observed = JSON.parse(output) as Observed
  })

  after(() => rmSync(folder, { recursive: true }))

  for (const [from, to] of [
    ['factory', 'dc-east'],
    ['dc-east', 'factory'],
  ] as const) {
    const between = (): { readonly first: Sample; readonly last: Sample; readonly seconds: number } => {
      const [first, last] = observed.samples.map((sample) => sample[from])
      return { first: first!, last: last!, seconds: last!.stats.seconds - first!.stats.seconds }
    }

    for (const family of families) {
      test(`${from} says of ${family} what the other kernel received, within 1 %`, () => {
        const { first, last, seconds } = between()
        const saidIn = ({ stats }: Sample): number => stats.sent[to]![family].octets + stats.waitingOctets[family]
        const said = saidIn(last) - saidIn(first)
        const truth = last.received[family] - first.received[family]
        const tolerance = 0.01 + (first.apartSeconds + last.apartSeconds) / seconds
        assert.ok(Math.abs(said / truth - 1) < tolerance, `said ${said}, received ${truth}`)
      })

      test(`${from} sends of ${family} what the plan says, within 5 %, less what it says it could not send`, () => {
        const { first, last, seconds } = between()
        const received = last.received[family] - first.received[family]
        const planned = octetsPlanned(plan, from, to, family) * seconds
        const unsent = last.stats.unsentOctets - first.stats.unsentOctets // 0 unless the machine was busy
        const tolerance = 0.05 + unsent / planned
        assert.ok(Math.abs(received / planned - 1) < tolerance, `received ${received}, planned ${Math.round(planned)}`)
      })
    }

    test(`the interface saw of ${from} what the families are together`, () => {
      const { first, last } = between()
      const octets = families.reduce((sum, family) => sum + last.received[family] - first.received[family], 0)
      const frames = last.received.interface - first.received.interface
      assert.ok(Math.abs(octets / frames - 1) < 0.005, `${octets} by family, ${frames} by the interface`)
    })

    test(`no flow from ${from} failed once the network was up, and the kernel's octets are explained`, () => {
      const { first, last } = between()
      assert.equal(last.stats.flows.failed, first.stats.flows.failed)
      assert.ok(last.stats.flows.opened - first.stats.flows.opened > 50)
      assert.deepEqual(last.stats.unexplainedOctets, first.stats.unexplainedOctets)
    })
  }

  test('a surge doubles the named pair', () => {
    const { before, after } = observed.surge
    const seconds = after.stats.seconds - before.stats.seconds
    const received = families.reduce((sum, family) => sum + after.received[family] - before.received[family], 0)
    const usual = families.reduce((sum, family) => sum + octetsPlanned(plan, 'factory', 'dc-east', family), 0) * seconds
    // what could not be sent, or waits to be, is nothing on an idle machine
    const held = ({ stats }: Sample): number => stats.unsentOctets + stats.waitingOctets.v4 + stats.waitingOctets.v6
    const short = Math.max(0, held(after) - held(before))
    const tolerance = 0.2 + short / usual
    const found = `${received / usual} times the plan in ${seconds} s, ${short} octets not sent of ${2 * usual}`
    assert.ok(Math.abs(received / usual - 2) < tolerance, found)
  })

  for (const [from, to] of [
    ['factory', 'dc-east'],
    ['dc-east', 'factory'],
  ] as const) {
    test(`${from} goes on as planned when a link was down and came back`, () => {
      const [first, last] = observed.mended.map((sample) => sample[from])
      const seconds = last!.stats.seconds - first!.stats.seconds
      for (const family of families) {
        const received = last!.received[family] - first!.received[family]
        const ratio = received / (octetsPlanned(plan, from, to, family) * seconds)
        assert.ok(ratio > 0.8 && ratio < 1.25, `${family}: ${ratio} of the plan`)
      }
    })
  }

  test("a generator refuses to surge another site's pair", () => {
    const message = '"from" must be factory, the site of this generator, got dc-east'
    assert.deepEqual(observed.refused, { code: 'usage', message })
  })

  test('both end in order, and leave nothing', () => {
    assert.deepEqual(observed.exits, [0, 0])
    assert.equal(observed.leftSockets, false)
    assert.deepEqual(readdirSync(folder).sort(), ['cache', 'plan.json'])
  })
})

/** Octets per second. */
function octetsPlanned(plan: Plan, from: string, to: string, family: 'v4' | 'v6'): number {
  const demand = plan.demands.find((demand) => demand.from === from && demand.to === to)!
  return (demand.bitsPerSecond[0]! / 8) * (family === 'v6' ? demand.v6Share : 1 - demand.v6Share)
}
