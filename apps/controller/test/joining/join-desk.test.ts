/** Which boxes may join: what the registrar is answered, and what the operator decides. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Config, configSchema, sentenceOf } from '@vagus/api'
import { joinListSchema } from '@vagus/api/joins'
import { StoreError } from '@vagus/store'
import type { EventDraft } from '../../src/events/event-draft.ts'
import { JoinDesk } from '../../src/joining/join-desk.ts'
import { maxNewcomers, type Newcomer, type NewcomerKeeper } from '../../src/joining/newcomer-book.ts'
import { joinsOf } from '../../src/resources/joins.ts'

const device = (name: string, more: object = {}) => ({ name, role: 'edge', address: `10.0.0.${name.at(-1)}`, ...more })
const agent = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'
const day = 86_400_000

class Memory implements NewcomerKeeper {
  readonly kept = new Map<string, Newcomer>()
  isFull = false
  load = (): readonly Newcomer[] => [...this.kept.values()]
  keep(newcomer: Newcomer): void {
    if (this.isFull) throw new StoreError('disk-full', 'the disk is full')
    this.kept.set(newcomer.serial, newcomer)
  }
  forget = (serial: string): void => void this.kept.delete(serial)
}

/** A desk, and what it told. */
function deskOf(input: object = {}, memory = new Memory()) {
  const config: Config = configSchema.parse({
    join: { listen: '[fd00::10]:7604', masa: '/masa', api: 'http://[fd00::10]:7600', accept: ['A1'] },
    devices: [device('pe-1', { serial: 'B2' }), device('pe-2')],
    ...input,
  })
  const events: EventDraft[] = []
  const clock = { now: 0, learned: 0 }
  const desk = new JoinDesk({
    config: () => config,
    keeper: memory,
    tell: (draft) => void events.push(draft),
    onLearned: () => void clock.learned++,
    now: () => clock.now,
  })
  const ask = (serial: string, maker = 'our own') => desk.ask({ serial, maker, from: 'fd00::1' })
  return { desk, ask, events, clock, memory, names: () => events.map(({ event }) => event) }
}

describe('a box that asks to join', () => {
  test('waits until the operator accepts it, and is told of once', () => {
    const { desk, ask, names, events } = deskOf()
    assert.deepEqual([ask('C3'), ask('C3')], ['waiting', 'waiting'])
    assert.deepEqual(names(), ['join.requested'])
    assert.equal(
      sentenceOf(events[0]!),
      'Box C3 of our own asks to join, behind fd00::1; vagus join accept C3, or refuse',
    )
    assert.ok(!('type' in desk.decide('C3', { decision: 'accept', device: 'pe-2' })))
    assert.equal(ask('C3'), 'accepted')
    assert.equal(events[1]?.by?.kind, 'operator')
    assert.equal(sentenceOf(events[1]), 'Box C3 may join, as pe-2 (by operator)')
  })

  test('may at once where vagus.yaml has its serial number, by itself or with its device', () => {
    const { desk, ask } = deskOf()
    assert.deepEqual([ask('A1'), ask('B2')], ['accepted', 'accepted'])
    assert.deepEqual([desk.deviceOf({ serial: 'A1' }), desk.deviceOf({ serial: 'B2' })], [undefined, 'pe-1'])
  })

  test('may not when the operator refused it, nor after it was revoked, whatever vagus.yaml says', () => {
    const { desk, ask } = deskOf()
    desk.decide('A1', { decision: 'refuse' })
    assert.equal(ask('A1'), 'refused')
    ask('B2')
    desk.enrol('B2', agent, day, 'first')
    desk.decide('B2', { decision: 'revoke' })
    assert.equal(ask('B2'), 'refused')
    desk.decide('B2', { decision: 'accept' })
    assert.equal(ask('B2'), 'accepted')
  })

  test('that waits is forgotten when 256 others wait that were here later', () => {
    const { desk, ask, clock, memory } = deskOf()
    for (let index = 0; index < 300; index++) {
      clock.now = index
      ask(`X${index}`)
    }
    assert.equal(desk.all.length, 256)
    assert.equal(desk.find('X0'), undefined)
    assert.ok(desk.find('X299') !== undefined && memory.kept.has('X299') && !memory.kept.has('X0'))
  })

  test('is refused when no more can be kept, and one that waits makes room', () => {
    const memory = new Memory()
    for (let index = 0; index < maxNewcomers; index++)
      memory.keep({ serial: `M${index}`, state: index === 5 ? 'waiting' : 'joined', since: 0 })
    const { desk, ask } = deskOf({}, memory)
    assert.equal(ask('C3'), 'waiting')
    assert.equal(desk.find('M5'), undefined)
    desk.decide('C3', { decision: 'accept' })
    assert.equal(ask('D4'), 'refused')
    assert.deepEqual(desk.decide('D4', { decision: 'accept' }), { type: 'full' })
  })
})

describe('a box that has joined', () => {
  test('brings the id of its agent along, until it is revoked', () => {
    const { desk, ask, clock, names, events } = deskOf()
    ask('B2')
    desk.enrol('B2', agent, day, 'first')
    assert.deepEqual([...desk.learned()], [['pe-1', agent]])
    assert.equal(clock.learned, 1)
    desk.enrol('B2', agent, 2 * day, 'renewed')
    assert.equal(clock.learned, 1, 'a renewal teaches nothing new')
    assert.equal(desk.find('B2')?.certificateUntil, 2 * day)
    assert.ok(desk.isMember('B2'))
    desk.decide('B2', { decision: 'revoke' })
    assert.deepEqual([...desk.learned()], [])
    assert.equal(clock.learned, 2)
    assert.ok(!desk.isMember('B2'))
    assert.deepEqual(names(), ['join.requested', 'join.accepted', 'join.joined', 'join.revoked'])
    assert.equal(sentenceOf(events[3]!), 'Box B2 (pe-1) is no member any more (by operator)')
  })

  test('may be given a device afterwards, but not that of another', () => {
    const { desk, ask, events } = deskOf()
    for (const serial of ['A1', 'B2']) ask(serial)
    desk.enrol('A1', agent, day, 'first')
    assert.equal(desk.learned().size, 0)
    assert.deepEqual(desk.decide('A1', { decision: 'accept', device: 'pe-1' }), { type: 'taken', by: 'B2' })
    assert.deepEqual(desk.decide('A1', { decision: 'accept', device: 'pe-9' }), {
      type: 'no-device',
      devices: ['pe-1', 'pe-2'],
    })
    desk.decide('A1', { decision: 'accept', device: 'pe-2' })
    assert.equal(desk.find('A1')?.state, 'joined')
    assert.deepEqual([...desk.learned()], [['pe-2', agent]])
    assert.equal(sentenceOf(events.at(-1)!), 'Box A1 may join, as pe-2 (by operator)')
    const told = events.length
    desk.decide('A1', { decision: 'accept', device: 'pe-2' })
    assert.equal(events.length, told, 'said again, it changes nothing')
  })

  test('is not refused but revoked; who never joined is not revoked', () => {
    const { desk, ask } = deskOf()
    ask('B2')
    desk.enrol('B2', agent, day, 'first')
    assert.deepEqual(desk.decide('B2', { decision: 'refuse' }), { type: 'not-joined', state: 'joined' })
    assert.deepEqual(desk.decide('Z9', { decision: 'revoke' }), { type: 'unknown' })
    ask('C3')
    assert.deepEqual(desk.decide('C3', { decision: 'revoke' }), { type: 'not-joined', state: 'waiting' })
  })

  test('has a problem where vagus.yaml has another id for its device', () => {
    const { desk, ask } = deskOf({ devices: [device('pe-1', { serial: 'B2', id: agent })] })
    ask('B2')
    assert.match(joinsOf(desk).find('B2')?.problem ?? '', /devices.id of pe-1 in vagus.yaml counts, and not the agent/)
    desk.enrol('B2', `${agent.slice(0, -1)}L`, day, 'first')
    assert.match(joinsOf(desk).find('B2')?.problem ?? '', /devices.id of pe-1 in vagus.yaml is another agent/)
    desk.enrol('B2', agent, day, 'first')
    assert.equal(joinsOf(desk).find('B2')?.problem, null)
    desk.decide('B2', { decision: 'revoke' })
    assert.equal(joinsOf(desk).find('B2')?.problem, null)
  })

  test('is known after a restart', () => {
    const first = deskOf()
    first.ask('B2')
    first.desk.enrol('B2', agent, day, 'first')
    const again = deskOf({}, first.memory)
    assert.deepEqual([...again.desk.learned()], [['pe-1', agent]])
    assert.equal(again.ask('B2'), 'accepted')
  })

  test('is told of when it complains, once a minute, and shows what it complains of now', () => {
    const { desk, ask, names, clock } = deskOf()
    ask('B2')
    for (const [at, problem] of [
      [0, 'another nonce'],
      [1000, 'another nonce'],
      [2000, 'expired'],
      [61_000, 'another nonce'],
    ] as const) {
      clock.now = at
      desk.complain('B2', problem)
      assert.equal(desk.find('B2')?.problem, problem)
    }
    assert.deepEqual(names().slice(2), ['join.failed', 'join.failed'])
    desk.enrol('B2', agent, day, 'first')
    assert.equal(desk.find('B2')?.problem, undefined)
  })
})

describe('a box of another maker with the same serial number', () => {
  const others = { join: { listen: '[fd00::10]:7604', masa: '/masa', makers: [{ name: 'acme', certificates: '/a' }] } }

  test('may not join as the one that waits, may join or has joined', () => {
    const { desk, ask, clock, names } = deskOf(others)
    assert.equal(ask('C3'), 'waiting')
    assert.equal(ask('C3', 'acme'), 'refused')
    assert.equal(desk.find('C3')?.maker, 'our own', 'the operator accepts the box that it sees')
    desk.decide('C3', { decision: 'accept' })
    assert.deepEqual([ask('C3', 'acme'), ask('C3')], ['refused', 'accepted'])
    desk.enrol('C3', agent, day, 'first')
    assert.equal(ask('C3', 'acme'), 'refused')
    assert.match(desk.find('C3')?.problem ?? '', /^a box of acme came with the same serial number/)
    assert.ok(names().includes('join.failed'))
    clock.now += 120_000
    desk.complain('C3', 'what acme says', 'acme')
    assert.doesNotMatch(desk.find('C3')?.problem ?? '', /what acme says/)
  })

  test('takes its place once the operator turned that away, and knows its maker no more', () => {
    const memory = new Memory()
    const before = deskOf(others, memory)
    before.ask('C3', 'acme')
    before.desk.decide('C3', { decision: 'refuse' })
    before.desk.decide('C3', { decision: 'accept' })
    assert.equal(before.ask('C3'), 'refused')
    const { desk, ask } = deskOf({}, memory)
    assert.equal(ask('C3'), 'refused', 'not by itself')
    desk.decide('C3', { decision: 'refuse' })
    desk.decide('C3', { decision: 'accept' })
    assert.equal(ask('C3'), 'accepted')
  })
})

test('of the certificates of a box that of its last enrolment counts, and none from before it was revoked', () => {
  const { desk, ask } = deskOf()
  const other = `${agent.slice(0, -1)}L`
  ask('B2')
  assert.ok(!desk.counts('B2', undefined), 'before it has one')
  desk.enrol('B2', agent, day, 'first')
  assert.ok(desk.counts('B2', agent))
  desk.enrol('B2', other, day, 'first')
  assert.deepEqual([desk.counts('B2', agent), desk.counts('B2', other)], [false, true])
  desk.decide('B2', { decision: 'revoke' })
  desk.decide('B2', { decision: 'accept' })
  assert.ok(!desk.counts('B2', other))
})

test('a box that complains of something else each time fills no disk', () => {
  const { desk, ask, memory } = deskOf()
  ask('B2')
  let writes = 0
  const keep = memory.keep.bind(memory)
  memory.keep = (one) => (writes++, keep(one))
  for (let count = 0; count < 50; count++) desk.complain('B2', `problem ${count}`)
  assert.equal(desk.find('B2')?.problem, 'problem 49')
  assert.equal(writes, 1)
})

test('nothing is answered that the disk did not take', () => {
  const { desk, ask, memory, names } = deskOf()
  memory.isFull = true
  assert.throws(() => ask('C3'), StoreError)
  assert.equal(desk.find('C3'), undefined)
  assert.throws(() => desk.decide('C3', { decision: 'accept' }), StoreError)
  assert.deepEqual(names(), [])
})

test('in any order of questions and decisions: only accepted boxes are members, and each device is one box', () => {
  const serial = fc.constantFrom('A1', 'B2', 'C3', 'D4')
  const step = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), serial }),
    fc.record({ do: fc.constant('enrol' as const), serial }),
    fc.record({
      do: fc.constant('decide' as const),
      serial,
      decision: fc.constantFrom('accept' as const, 'refuse' as const, 'revoke' as const),
      device: fc.option(fc.constantFrom('pe-1', 'pe-2', 'pe-9'), { nil: undefined }),
    }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { desk, ask, memory } = deskOf()
      for (const one of steps) {
        if (one.do === 'ask') ask(one.serial)
        else if (one.do === 'enrol') {
          if (desk.isMember(one.serial)) desk.enrol(one.serial, `${agent.slice(0, -2)}${one.serial}`, day, 'first')
        } else {
          const device = one.device === undefined ? {} : { device: one.device }
          desk.decide(one.serial, { decision: one.decision, ...device })
        }
        for (const { serial, state, agent } of desk.all) {
          assert.equal(desk.isMember(serial), state === 'joined' || state === 'accepted')
          if (state === 'refused' || state === 'revoked') assert.equal(agent, undefined)
        }
        const joined = desk.all.filter((box) => box.state === 'joined' && desk.deviceOf(box) !== undefined)
        assert.ok(desk.learned().size <= joined.length)
      }
      assert.deepEqual(new Map(deskOf({}, memory).desk.learned()), new Map(desk.learned()))
      joinListSchema.parse(joinsOf(desk).list())
    }),
  )
})
