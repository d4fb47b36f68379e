import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { SteerReport } from '@vagus/lab'
import { steerText } from '../src/lab/run-steer.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'

const links = [
  { link: 'pe-1-tr-1', capacity: 3_000_000 },
  { link: 'pe-2-tr-2', capacity: 2_000_000 },
  { link: 'pe-3-tr-2', capacity: 1_500_000 },
] as const
/** Means and peaks in Mbit/s, by link. */
function stretch(
  offeredPerSecond: number,
  lost: number,
  rates: readonly (readonly [mean: number, peak: number])[],
): SteerReport['stretches']['usual'] {
  return {
    seconds: 60.2,
    offeredPerSecond,
    lost,
    links: links.map((link, at) => {
      const [mean, peak] = rates[at]!
      return { ...link, mean: mean * 1e6, peak: peak * 1e6, packetsPerSecond: 100, lost }
    }),
  }
}

const resource: SteerReport['proposal'] = {
  apiVersion: 'vagus/v1',
  kind: 'Proposal',
  now: '2026-11-27T12:03:00.000Z',
  id: 'transit-1',
  neighbour: 'transit',
  state: 'taken',
  openedAt: '2026-11-27T12:01:00.000Z',
  endedAt: null,
  because: [
    {
      link: 'pe-1-tr-1',
      device: 'pe-1',
      interface: 'eth3',
      capacity: 3e6,
      load: 2.99e6,
      threshold: 2.4e6,
      basis: 'usual',
      upper: null,
    },
  ],
  moves: [
    { prefix: '2001:db8:17::/48', bitsPerSecond: 900_000, from: 'pe-1-tr-1', to: 'pe-2-tr-2' },
    { prefix: '10.16.0.0/16', bitsPerSecond: 450_000, from: 'pe-1-tr-1', to: 'pe-3-tr-2' },
  ],
  classes: [],
  expected: [
    { link: 'pe-1-tr-1', before: 2_990_000, after: 1_640_000 },
    { link: 'pe-2-tr-2', before: 0, after: 900_000 },
    { link: 'pe-3-tr-2', before: 0, after: 450_000 },
  ],
  rejected: [],
  approval: null,
  outcome: {
    seconds: 60,
    links: [{ link: 'pe-1-tr-1', peak: 2_997_000, otherPeak: 1_700_000, secondsAbove: 60, otherSecondsAbove: 0 }],
  },
}

const leaseOf = (prefix: string, link: string, med: number | null) => ({
  prefix,
  device: link.slice(0, 4),
  interface: 'eth3',
  link,
  med,
  before: [{ neighbour: '10.1.0.9', med: 100, asPathLength: 2 }],
  after: med === null ? null : [{ neighbour: '10.1.0.9', med, asPathLength: 2 }],
})

const report: SteerReport = {
  provenance: { ...provenance, matrix: 'gravity' },
  substrate: 'frr-userns',
  mode: 'approve',
  seed: 1,
  loadavg: [2.17, 1.5, 1.1],
  surges: [
    { source: 'transit', sink: 'office', factor: 8.77 },
    { source: 'transit', sink: 'factory', factor: 12.4 },
  ],
  stretches: {
    usual: stretch(101, 0, [
      [0.66, 0.9],
      [0, 0.001],
      [0, 0.001],
    ]),
    noAction: stretch(590, 0.213, [
      [2.99, 3],
      [0, 0.001],
      [0, 0.001],
    ]),
    after: stretch(588, 0, [
      [1.9, 2.3],
      [1.2, 1.4],
      [0.6, 0.8],
    ]),
  },
  proposal: resource,
  firstProposal: { id: 'transit-1', after: 24_312 },
  static80After: 14_080,
  approval: {
    by: 'operator',
    agreed: 1904,
    relief: 3210,
    negotiations: { agreed: 8, failed: 0, p50: 41, max: 1130 },
    leases: [
      leaseOf('2001:db8:17::/48', 'pe-1-tr-1', 200),
      leaseOf('10.16.0.0/16', 'pe-1-tr-1', 200),
      leaseOf('2001:db8:17::/48', 'pe-2-tr-2', null),
    ],
  },
  ending: { how: 'undo', because: 'undone by the operator', command: 702, routesAsBefore: 1255 },
  faults: null,
  killed: null,
  course: { links: [], thresholds: [], moments: { surge: 0, proposal: 0, acting: 0, inForce: 0, measured: 0 } },
  updates: { before: 0, approved: 4, undone: 4 },
  newPrefixes: [],
  newPlaces: [],
  routesAsBefore: true,
}

test('what a full border link lost, and what a proposal changed, is shown with how it was measured, and fits', () => {
  for (const columns of [80, 100]) {
    const drawn = steerText(report, columns, noPaint)
    assert.equal(`${drawn}\n`, readFileSync(new URL(`golden/steer-${columns}.txt`, import.meta.url), 'utf8'))
    for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
  }
})

test('a run that only observes shows what the moves would have given, and that nobody was told anything', () => {
  const updates = { before: 0, approved: 0, undone: 0 }
  const drawn = steerText({ ...report, mode: 'observe', approval: null, ending: null, updates }, 500, noPaint)
  assert.match(drawn, /SURGE, OBSERVED/)
  assert.match(drawn, /peaked, the controller reckons, at: pe-1-tr-1 57 instead of 100 %/)
  assert.match(drawn, /0 updates in all/)
  assert.doesNotMatch(drawn, /agreed:|relief:|undo:/)
})

test('a proposal that took the place of the first one is named beside it', () => {
  const drawn = steerText({ ...report, proposal: { ...resource, id: 'transit-2' } }, 500, noPaint)
  assert.match(drawn, /\ntransit-1: proposed 24\.3 s after the surge; .*\ntransit-2: in its place, /)
})

test('what was not reached, and routes that differ at the end, are said as plainly', () => {
  const bad: SteerReport = {
    ...report,
    approval: { ...report.approval!, relief: null, negotiations: { agreed: 7, failed: 1, p50: 41, max: 1130 } },
    ending: { ...report.ending!, routesAsBefore: null },
    static80After: null,
    newPrefixes: ['10.16.1.0/24'],
    newPlaces: ['10.16.1.0/24 10.1.0.8'],
    routesAsBefore: false,
  }
  const drawn = steerText(bad, 500, noPaint)
  for (const said of [
    /8 negotiations of 0\.04 s \(median\) to 1\.1 s, 1 of them without agreement/,
    /relief: not reached/,
    /undo: the routes of before not reached/,
    /readings: never/,
    /1 new prefix, 1 route where there was NONE;/,
    /NOT those of before/,
  ])
    assert.match(drawn, said)
})

test('where the controller acts by itself, it is said that nobody did, and how what it set ended', () => {
  const approval = { ...report.approval!, by: 'vagus', agreed: 10_200 } as const
  const ending = { how: 'lease', because: 'its time was over', command: null, routesAsBefore: 640 } as const
  const drawn = steerText({ ...report, mode: 'by-itself', approval, ending }, 500, noPaint)
  assert.match(drawn, /agreed: 10\.2 s after the proposal, by the controller itself; bounds\.proven is 0, /)
  assert.match(drawn, /end of the leases, by themselves: its time was over; the routes of before 0\.64 s later/)
  const early = steerText({ ...report, ending: { ...ending, how: 'vagus', because: 'no relief' } }, 500, noPaint)
  assert.match(early, /end by the controller: no relief/)
})

test('what became of approvals when programs died is told, and what did not happen as plainly', () => {
  const device = {
    device: 'pe-1',
    proposal: 'transit-2',
    ownAsBefore: 480,
    noticed: 31_400,
    routesAsBefore: 32_000,
    because: 'pe-1 has it no more',
    events: ['steering.ended'],
  } as const
  const faults = { controller: { dead: 47_000, routesKept: true }, device }
  const drawn = steerText({ ...report, mode: 'faults', faults }, 500, noPaint)
  assert.match(drawn, /controller: killed 47\.0 s before the end of the leases; until then .* had the approved routes/)
  assert.match(
    drawn,
    /agent of pe-1: .* own routes as before after 0\.48 s, .* noticed after 31\.4 s \(pe-1 has it no more\)/,
  )
  const bad = { controller: { dead: 1, routesKept: false }, device: { ...device, noticed: null, events: [] } }
  const said = steerText({ ...report, mode: 'faults', faults: bad }, 500, noPaint)
  assert.match(said, /did NOT have .* noticed not within two minutes .* events: none/s)
})
