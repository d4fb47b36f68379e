import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Actor, controller, operator } from '../src/actor.ts'
import { auditEvents, auditItems, isAsked, traceOf } from '../src/audit-items.ts'
import { type Event, type EventName, sentences } from '../src/index.ts'
import { eventKind, filledIn } from '../src/sentences.ts'

const acme: Actor = { kind: 'agent', id: 'did:key:z6MkrJV', name: 'acme' }
let id = 0
const event = (name: EventName, subject: string, fields: Event['fields'], by?: Actor): Event => ({
  id: ++id,
  at: new Date(1_790_000_000_000 + id * 1000).toISOString(),
  event: name,
  severity: 'info',
  subject,
  fields,
  ...(by === undefined ? {} : { by }),
})

const events = [
  event('link.down', 'x', { link: 'x', device: 'pe-1', interface: 'eth1' }),
  event('steering.proposed', 'transit', { id: 'transit-1', link: 'x', percent: 93, what: 'move p to y' }),
  event('steering.held', 'transit', { id: 'transit-1', why: 'a person is to decide' }),
  event('steering.approved', 'transit', { id: 'transit-1', by: 'the operator', seconds: 60, what: 'p to y' }, operator),
  event('agent.quarantined', 'writer', { agent: 'writer', owner: 'acme', reason: 'stolen' }, acme),
  event('steering.measured', 'transit', { id: 'transit-1', link: 'x', percent: 70, otherPercent: 95 }),
  event(
    'line.ordered',
    'line-1',
    { line: 'line-1', from: 'a', to: 'b', rate: '20 Mbit/s', start: 's', end: 'e' },
    acme,
  ),
  event('line.active', 'line-1', { line: 'line-1', from: 'a', to: 'b', rate: '20 Mbit/s', path: 'x', milliseconds: 9 }),
  event('line.released', 'line-1', { line: 'line-1', because: 'its time was over' }),
  event('steering.ended', 'transit', { id: 'transit-1', by: 'vagus itself', because: 'it did harm' }, controller),
]
const items = auditItems(events)

describe('what was done', () => {
  test('is told with who, why, what undoes it and what came of it', () => {
    assert.deepEqual(
      items.map(({ event: name, by, why, undo, outcome }) => [name, by?.kind, why, undo, outcome]),
      [
        [
          'steering.approved',
          'operator',
          'x carries 93 % of its capacity, above its threshold; proposal transit-1: move p to y',
          null,
          'Proposal transit-1 is measured: x carried up to 70 % of its capacity, without it 95 %',
        ],
        ['agent.quarantined', 'agent', 'stolen', 'vagus agent release writer', null],
        [
          'line.ordered',
          'agent',
          null,
          null,
          'Line line-1 from a to b is there: 20 Mbit/s over x, 9 ms after it was asked for',
        ],
        ['line.released', undefined, 'its time was over', null, null],
        ['steering.ended', 'controller', 'it did harm', null, null],
      ],
    )
  })

  test('can be undone until its matter is over', () => {
    assert.equal(auditItems(events.slice(0, 9))[0]!.undo, 'vagus proposal undo transit-1')
    assert.equal(auditItems(events.slice(0, 8)).at(-1)!.undo, 'vagus line release line-1')
  })

  test('is found by who did it, and what it is about', () => {
    const found = (query: Parameters<typeof isAsked>[1]): readonly string[] =>
      items.filter((item) => isAsked(item, query)).map(({ event: name }) => name)
    assert.deepEqual(found({ who: 'acme' }), ['agent.quarantined', 'line.ordered'])
    assert.deepEqual(found({ who: 'did:key:z6MkrJV' }), ['agent.quarantined', 'line.ordered'])
    assert.deepEqual(found({ subject: 'transit-1' }), ['steering.approved', 'steering.ended'])
    assert.deepEqual(found({ subject: 'line-1' }), ['line.ordered', 'line.released'])
    assert.deepEqual(found({}).length, items.length)
  })
})

test('a trace has all of one matter, by its id or by one of its events', () => {
  const ids = (id: string) => traceOf(events, id)?.events.map(({ event: name }) => name)
  const steering = ['proposed', 'held', 'approved', 'measured', 'ended'].map((word) => `steering.${word}`)
  assert.deepEqual(ids('transit-1'), steering)
  assert.deepEqual(ids(String(events[3]!.id)), steering)
  assert.deepEqual(ids('line-1'), ['line.ordered', 'line.active', 'line.released'])
  assert.deepEqual(ids(String(events[0]!.id)), ['link.down'])
  assert.equal(traceOf(events, 'line-11'), undefined)
  assert.equal(traceOf(events, ''), undefined)
})

test('a commit is traced by its own id where one device alone has it, else with the name of the device', () => {
  const begun = (device: string, commit: string): Event =>
    event('commit.begun', device, { device, id: commit, commit: `${device}/${commit}`, by: 'noc', why: 'a try' })
  const commits = [begun('pe-1', 'commit-1'), begun('pe-2', 'commit-1'), begun('pe-2', 'commit-2')]
  const matter = (name: string): string | undefined => traceOf(commits, name)?.matter
  assert.equal(matter('commit-2'), 'commit pe-2/commit-2')
  assert.equal(matter('commit-1'), undefined)
  assert.equal(matter('pe-1/commit-1'), 'commit pe-1/commit-1')
})

test('each sentence of why and undo takes fields that the text of its event has, too', () => {
  for (const name of auditEvents) {
    const { text, why = '', undo = '', matter } = eventKind(name)
    const known = new Set([...text.matchAll(/\{(\w+)/g)].map(([, field]) => field!))
    // A line's device, the ids of a class and of a commit at its device are in their events, not in their sentences.
    for (const field of ['id', 'owner', 'why', 'line', 'device', 'commit']) known.add(field)
    for (const [, field] of `${why}${undo}`.matchAll(/\{(\w+)/g)) assert.ok(known.has(field!), `${name}: ${field}`)
    if (matter !== undefined) assert.ok(known.has(matter), name)
    const { follows } = eventKind(name)
    if (follows !== undefined) assert.ok(Object.hasOwn(sentences, follows), name)
  }
  assert.equal(filledIn('{a}', {}), '?')
})
