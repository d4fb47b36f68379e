import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { needsData } from '../../../../scripts/needs.ts'
import { defaultApplications } from '../../src/traffic/applications.ts'
import { makePlan, type Plan, type PlanInput, siteLoads } from '../../src/traffic/plan.ts'
import { input, links, sites } from './sites.ts'

const rateOf = (plan: Plan, from: string, to: string): readonly number[] =>
  plan.demands.find((demand) => demand.from === from && demand.to === to)!.bitsPerSecond

describe('a plan', () => {
  test('has a demand for each ordered pair of sites', () => {
    const pairs = makePlan(input).demands.map(({ from, to }) => `${from} ${to}`)
    assert.equal(new Set(pairs).size, 30)
  })

  test('is the same for the same seed, and survives JSON', () => {
    const plan = makePlan(input)
    assert.deepEqual(makePlan(input), plan)
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan)
    assert.notDeepEqual(makePlan({ ...input, seed: 2 }).demands, plan.demands)
  })

  for (const load of [0.3, 0.6]) {
    test(`loads the smallest link of the busiest site by ${load}, and no other more`, () => {
      const plan = makePlan({ ...input, load, maxPacketsPerSecond: 1e6 })
      const shares = siteLoads(plan, links).map(({ share }) => share)
      assert.ok(Math.abs(Math.max(...shares) - load) < 1e-4)
    })
  }

  test('keeps below the packets per second that it may send', () => {
    const octets = (plan: Plan): number =>
      plan.demands.reduce((sum, { bitsPerSecond }) => sum + bitsPerSecond[0]! / 8, 0)
    const [half, whole] = [250, 500].map((maxPacketsPerSecond) => octets(makePlan({ ...input, maxPacketsPerSecond })))
    assert.ok(whole! / 500 < 1340 && whole! / 500 > 100)
    assert.ok(Math.abs(half! / whole! - 0.5) < 1e-3)
  })

  test('draws the share of IPv6 per pair from 0.4..0.7, or takes the one given', () => {
    const shares = makePlan(input).demands.map(({ v6Share }) => v6Share)
    assert.ok(shares.every((share) => share >= 0.4 && share <= 0.7))
    assert.ok(new Set(shares).size > 20)
    assert.ok(makePlan({ ...input, v6Share: 0.25 }).demands.every(({ v6Share }) => v6Share === 0.25))
  })

  test('mixes applications by pair, in shares whose sum is 1', () => {
    const { demands } = makePlan(input)
    for (const { mix } of demands) assert.ok(Math.abs(mix.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9)
    const names = (from: string, to: string): readonly string[] =>
      demands.find((demand) => demand.from === from && demand.to === to)!.mix.map(({ application }) => application)
    assert.ok(names('factory', 'dc-east').includes('video-qc'))
    assert.ok(!names('dc-east', 'factory').includes('video-qc'))
    assert.ok(names('dc-east', 'dc-west').includes('backup'))
  })

  test('passes a day in so many minutes, quiet at night', () => {
    const plan = makePlan({ ...input, dayMinutes: 30 })
    const rates = rateOf(plan, 'office', 'transit')
    assert.equal(rates.length, 96)
    assert.ok(Math.min(...rates.slice(8, 16)) < Math.max(...rates.slice(40, 60)) / 2)
    assert.equal(rateOf(makePlan(input), 'office', 'transit').length, 1)
  })

  for (const matrix of ['abilene', 'geant'] as const) {
    test(`takes its pairs from the measured matrix of ${matrix}`, { skip: needsData('te/abilene-w1.f32.gz') }, () => {
      const plan = makePlan({ ...input, matrix, dayMinutes: 30 })
      const all = plan.demands.flatMap(({ bitsPerSecond }) => bitsPerSecond)
      assert.equal(plan.demands[0]!.bitsPerSecond.length, matrix === 'abilene' ? 288 : 96)
      assert.ok(all.every((rate) => Number.isInteger(rate) && rate > 0))
      const total = (from: string): number =>
        plan.demands
          .filter((demand) => demand.from === from || demand.to === from)
          .reduce((sum, demand) => sum + demand.bitsPerSecond[0]!, 0)
      assert.ok(total('transit') > total('field'), 'the site with the widest access is the busiest node')
    })
  }

  const https = defaultApplications[0]!
  const rejects: readonly (readonly [string, Partial<PlanInput>, RegExp])[] = [
    ['a single site', { sites: sites.slice(0, 1) }, /"sites" must be 2\.\.64 sites, got 1/],
    [
      'two sites of one name',
      { sites: [sites[0]!, sites[0]!] },
      /"sites" must be of different names, got office, office/,
    ],
    ['a load above 1', { load: 1.5 }, /"load" must be above 0 and at most 1, got 1.5/],
    ['a day of no minutes', { dayMinutes: 0 }, /"dayMinutes" must be above 0, or left out, got 0/],
    ['a v6Share above 1', { v6Share: 1.1 }, /"v6Share" must be 0\.\.1/],
    ['a site with a /30', { sites: [{ ...sites[0]!, v4Prefix: '10.0.0.0/30' }, sites[1]!] }, /length 27 or less/],
    ['two prefixes of one family', { sites: [{ ...sites[0]!, v6Prefix: '10.0.0.0/8' }, sites[1]!] }, /an IPv6 prefix/],
    [
      'packets that would be fragmented',
      { applications: [{ ...https, payload: { least: 1, most: 1472 } }] },
      /payload of https/,
    ],
    [
      'a pair without an application',
      { applications: [{ ...https, weight: 0, between: [] }] },
      /must have one between office/,
    ],
    [
      'more sites than the network has nodes',
      { matrix: 'abilene', sites: Array.from({ length: 13 }, (_, index) => ({ ...sites[0]!, name: `s${index}` })) },
      /12 nodes, too few for 13 sites/,
    ],
  ]
  for (const [name, change, message] of rejects) {
    test(`is refused for ${name}`, () => assert.throws(() => makePlan({ ...input, ...change }), message))
  }
})
