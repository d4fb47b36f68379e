import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Proposal } from '@vagus/api/steering'
import { createDirectory } from '../../../src/domain/directory.ts'
import { approvalPlan, outlastMs, type PlanFrame } from '../../../src/steering/approval/approval-plan.ts'
import type { HeldLease } from '../../../src/steering/approval/lease-book.ts'
import { bordersOf } from '../../../src/steering/borders.ts'
import { borderOfThree, first, second, threeLinks } from './scene.ts'

const finding = (name: string, load: number | null, basis: 'learned' | 'usual') => {
  return { name, load, capacity: 100e6, threshold: 80e6, basis, upper: null }
}
const frame = (more: Partial<PlanFrame> = {}): PlanFrame => {
  let plans = 0
  return {
    border: borderOfThree(),
    findings: [finding('tr-1', 93e6, 'learned'), finding('tr-2', 10e6, 'learned'), finding('tr-3', null, 'usual')],
    held: [],
    seconds: 600,
    now: 0,
    newPlan: () => `${plans++}`.padStart(32, '0'),
    ...more,
  }
}
const heldAt = (link: string, plan: string): HeldLease => {
  const device = link.replace('tr', 'pe')
  const place = { device, agent: 'did', prefix: '10.1.0.0/16', interface: 'eth0', link, peerAs: 64_999 }
  const why = { load: { now: 0, predicted: 0 }, confidence: 950, leaseMs: 600_000, plan, med: 200, epoch: 1 }
  return { ...place, ...why, role: 'leaving', setAt: 0, until: 600_000, before: [], after: [] }
}
const links = (all: readonly { readonly place: { readonly link: string } }[]) => all.map(({ place }) => place.link)

describe('what to ask for', () => {
  test('the links that a prefix neither leaves nor goes to come first, and last longest', () => {
    const { aside, leaving, goals, kept } = approvalPlan(first, frame())
    assert.deepEqual([links(aside), links(leaving), links(goals), kept], [['tr-3'], ['tr-1'], ['tr-2'], []])
    assert.equal(aside[0]!.place.leaseMs - leaving[0]!.place.leaseMs, outlastMs)
    const plans = [...aside, ...leaving, ...goals].map(({ place }) => place.plan)
    assert.equal(new Set(plans).size, 3)
    assert.equal(
      approvalPlan({ ...first, classes: first.classes.slice(0, 1) }, frame()).leaving[0]!.place.leaseMs,
      600_000,
    )
  })

  test('loads are shares of capacity, and as sure as the threshold of the goal', () => {
    const { aside, leaving } = approvalPlan(first, frame())
    assert.deepEqual([leaving[0]!.place.load, leaving[0]!.place.confidence], [{ now: 930, predicted: 530 }, 950])
    assert.deepEqual(aside[0]!.place.load, { now: 0, predicted: 0 }, 'nothing is known of it')
    const to3 = { ...first, moves: [{ ...first.moves[0]!, to: 'tr-3' }], classes: first.classes.slice(0, 1) }
    assert.equal(approvalPlan(to3, frame()).leaving[0]!.place.confidence, 500)
    const flooded = { ...first, expected: [{ link: 'tr-1', before: 93e6, after: 300e6 }] }
    assert.equal(approvalPlan(flooded, frame()).leaving[0]!.place.load.predicted, 1000)
  })

  test('leases of earlier approvals are kept where they help, and end where the prefix goes', () => {
    const [one, two, three] = ['tr-1', 'tr-2', 'tr-3'].map((link, at) => heldAt(link, `held-${at}`))
    const { aside, leaving, goals, kept } = approvalPlan(second, frame({ held: [one!, three!] }))
    assert.deepEqual([links(aside), links(leaving), kept], [[], ['tr-2'], [one]])
    assert.equal(goals[0]?.ending, three)
    const other = { ...two!, prefix: '10.2.0.0/16' }
    assert.deepEqual(
      approvalPlan(second, frame({ held: [other] })).kept,
      [],
      'those of other prefixes stay where they are',
    )
  })

  test('a link that is down asks for nothing, but a lease there goes over, too', () => {
    const down: Proposal = { ...first, classes: first.classes.filter(({ link }) => link !== 'tr-3') }
    const three = heldAt('tr-3', 'held')
    assert.deepEqual(approvalPlan(down, frame({ held: [three] })).kept, [three])
  })
})

describe('what has changed since', () => {
  test('a lease that is about to end is not taken over', () => {
    const held = [heldAt('tr-1', 'held')]
    assert.deepEqual(approvalPlan(second, frame({ held, now: 540_000 })).kept, held)
    assert.throws(() => approvalPlan(second, frame({ held, now: 540_001 })), {
      status: 409,
      message:
        'the lease of 10.1.0.0/16 on tr-1 of an earlier approval ends in 60 s; try again then; nothing was changed',
    })
  })

  test('a link that is gone or elsewhere makes it outdated', () => {
    const { links: all, ...border } = borderOfThree()
    const gone = { ...border, links: all.slice(0, 2) }
    assert.throws(() => approvalPlan(first, frame({ border: gone })), {
      status: 409,
      message: 'the proposal is outdated: the border of transit has no link tr-3 any more; nothing was changed',
    })
    const moved = { ...first, classes: [{ ...first.classes[0]!, interface: 'eth7' }] }
    assert.throws(() => approvalPlan(moved, frame()), { status: 409, message: /tr-1 is no longer at pe-1 eth7/ })
  })
  test('a device without an id says how it gets one', () => {
    const config = threeLinks()
    const devices = config.devices.map((device) => ({ ...device, id: undefined }))
    const [border] = bordersOf(createDirectory({ ...config, devices }))
    assert.throws(() => approvalPlan(first, frame({ border: border! })), {
      status: 503,
      message: /^pe-1 has no "id" in vagus.yaml: .*"vagus device --steered-by" prints/,
    })
  })
})
