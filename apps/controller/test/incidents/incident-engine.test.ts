/** Incidents in virtual time: one for a cause, in any order of events, and the same again after kill -9. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Event, type EventName, sentences } from '@vagus/api'
import fc from 'fast-check'
import { type Incident, isOpen, isTold } from '../../src/incidents/incident.ts'
import {
  IncidentEngine,
  maxCleared,
  maxOpen,
  maxTold,
  noIncidents,
  pace,
  type Topology,
} from '../../src/incidents/incident-engine.ts'

/** r1 – r2 – r4 and r1 – r3 – r4. */
const ends: Readonly<Record<string, readonly string[]>> = {
  'r1-r2': ['r1', 'r2'],
  'r2-r4': ['r2', 'r4'],
  'r1-r3': ['r1', 'r3'],
  'r3-r4': ['r3', 'r4'],
}
const topology: Topology = {
  endsOf: (link) => ends[link] ?? [],
  linksOf: (device) => Object.keys(ends).filter((link) => ends[link]!.includes(device)),
}
const start = Date.parse('2026-11-28T03:00:00Z')

class Scene {
  now = start
  #id = 0
  engine = new IncidentEngine(noIncidents, topology)
  readonly events: Event[] = []

  happens(event: EventName, fields: Event['fields']): void {
    const one = {
      id: ++this.#id,
      at: new Date(this.now).toISOString(),
      event,
      severity: 'info',
      subject: '',
      fields,
    } as const
    this.events.push(one)
    this.engine.take(one)
  }

  /** What is told in so many seconds. */
  told(seconds: number): readonly Incident[] {
    const all: Incident[] = []
    for (let second = 0; second < seconds; second++) {
      this.now += 1000
      all.push(...this.engine.step(this.now))
    }
    return all
  }

  down(link: string): void {
    this.happens('link.down', { link, device: ends[link]![0]!, interface: 'eth1' })
  }
  up(link: string): void {
    this.happens('link.up', { link, device: ends[link]![0]!, interface: 'eth1', seconds: 1 })
  }
}

const texts = (told: readonly Incident[]): readonly string[] => told.map(({ text }) => text)

describe('incidents', () => {
  test('are held for a moment, then raised, and cleared once it was quiet for a while', () => {
    const one = new Scene()
    one.down('r1-r2')
    assert.deepEqual(one.told(1), [])
    assert.deepEqual(texts(one.told(5)), ['Link r1-r2 is down (r1 eth1)'])
    one.up('r1-r2')
    assert.deepEqual(one.told(pace.settle / 1000 - 1), [])
    const [cleared] = one.told(2)
    assert.deepEqual([cleared?.cleared, cleared?.id, cleared?.count], [true, 'incident-1', 2])
    assert.deepEqual(one.told(60), [])
  })

  test('that are over before anybody was told are never told', () => {
    const one = new Scene()
    one.down('r1-r2')
    one.up('r1-r2')
    assert.deepEqual(one.told(60), [])
    assert.deepEqual(one.engine.state.incidents, [])
  })

  test('of a link that flaps are one, which ends once', () => {
    const one = new Scene()
    const told: Incident[] = []
    for (let flap = 0; flap < 20; flap++) {
      one.down('r1-r2')
      told.push(...one.told(3))
      one.up('r1-r2')
      told.push(...one.told(3))
    }
    told.push(...one.told(20))
    assert.deepEqual([...new Set(told.map(({ id }) => id))], ['incident-1'])
    assert.equal(told.filter(({ cleared }) => cleared).length, 1)
    assert.ok(told.length <= 30, `${told.length} messages`)
  })

  test('of a router that is cut off are one, with its links, its lines and its exporter', () => {
    const one = new Scene()
    one.down('r1-r2')
    one.down('r2-r4')
    one.happens('line.moved', { line: 'line-1', path: 'r1-r3, r3-r4', because: 'r1-r2 is down', milliseconds: 900 })
    one.happens('line.stuck', { line: 'line-2', because: 'r2 has no agent that is connected', problem: 'no path' })
    const told = one.told(5)
    assert.deepEqual(texts(told), ['r2 is cut off: all of its 2 links are down'])
    assert.deepEqual([told[0]!.priority, told[0]!.services], ['critical', ['line-1', 'line-2']])
    one.happens('exporter.silent', { device: 'r2', seconds: 90 })
    const [updated] = one.told(5)
    assert.deepEqual([updated?.id, updated?.count, updated?.cleared], [told[0]!.id, 5, false])
    one.up('r1-r2')
    one.up('r2-r4')
    one.happens('exporter.resumed', { device: 'r2', seconds: 30 })
    assert.ok(one.told(30).every(({ cleared }) => !cleared)) // a line is still stuck
    one.happens('line.moved', { line: 'line-2', path: 'r1-r2, r2-r4', because: 'it is better', milliseconds: 9 })
    assert.equal(one.told(30).at(-1)?.cleared, true)
  })

  test('of links that fail one after the other become one once all links of a router are down', () => {
    const one = new Scene()
    one.down('r1-r2')
    const [first] = one.told(10)
    one.down('r2-r4')
    const told = one.told(10)
    assert.deepEqual([...new Set(told.map(({ id }) => id))], [first!.id])
    assert.match(told.at(-1)!.text, /^r2 is cut off/)
  })

  test('of several exporters that fall silent at once are one', () => {
    const one = new Scene()
    for (const device of ['r1', 'r2', 'r3', 'r4']) one.happens('exporter.silent', { device, seconds: 90 })
    const told = one.told(10)
    assert.equal(told.length, 1)
    assert.equal(told[0]!.count, 4)
    for (const device of ['r1', 'r2', 'r3', 'r4']) one.happens('exporter.resumed', { device, seconds: 30 })
    assert.equal(one.told(30).filter(({ cleared }) => cleared).length, 1)
  })

  test('of sessions that are lost name what all of them have in common', () => {
    const one = new Scene()
    for (const agent of ['a', 'b', 'c']) one.happens('session.gap', { agent, peer: 'hub', milliseconds: 5000 })
    const [told] = one.told(5)
    assert.deepEqual([told?.causes, told?.count], [['session:hub'], 3])
    one.happens('session.gap', { agent: 'x', peer: 'y', milliseconds: 5000 })
    assert.equal(one.told(5).length, 1)
  })

  test('tell congestion that is expected and then present as one, worse than before', () => {
    const one = new Scene()
    one.happens('steering.proposed', { id: 'transit-1', link: 'r1-r2', percent: 91, what: 'a move' })
    const [expected] = one.told(5)
    one.happens('link.congested', { link: 'r1-r2', percent: 97 })
    const [present] = one.told(5)
    assert.deepEqual([expected?.id, present?.priority, expected?.priority], [present?.id, 'high', 'medium'])
    one.happens('link.relieved', { link: 'r1-r2', percent: 40 })
    one.happens('steering.relieved', { id: 'transit-1', link: 'r1-r2' })
    assert.equal(one.told(20).at(-1)?.cleared, true)
  })

  test('that monitors do not tell again after a start are over', () => {
    const one = new Scene()
    one.down('r1-r2')
    one.down('r3-r4')
    one.told(5)
    one.happens('controller.started', { version: '1', devices: 4 })
    one.down('r1-r2')
    const cleared = one.told(300).filter((told) => told.cleared)
    assert.deepEqual(texts(cleared), ['Link r3-r4 is down (r3 eth1)'])
    assert.deepEqual(texts(one.engine.state.incidents.filter(isOpen)), ['Link r1-r2 is down (r1 eth1)'])
  })

  test('beyond the limit are counted in one, and are told in turns', () => {
    const one = new Scene()
    for (let line = 0; line < maxOpen + 50; line++)
      one.happens('line.stuck', { line: `line-${line}`, because: 'probes are lost', problem: 'no path' })
    one.now += pace.hold
    const first = one.told(1)
    assert.equal(first.length, maxTold)
    const all = [...first, ...one.told(20)]
    const open = one.engine.state.incidents.filter(isOpen)
    assert.equal(open.length, maxOpen + 1)
    assert.equal(new Set(all.map(({ id }) => id)).size, maxOpen + 1)
    assert.match(open.at(-1)!.text, /not told one by one/)
    for (let line = 0; line < maxOpen + 50; line++) one.happens('line.released', { line: `line-${line}`, because: 'x' })
    one.told(200)
    assert.ok(one.engine.state.incidents.length <= maxCleared)
    assert.equal(one.engine.state.incidents.filter(isOpen).length, 0)
  })

  /** Any event about few things, so that they meet. */
  const few = fc.constantFrom('r1-r2', 'r2-r4', 'r1-r3', 'r3-r4', 'r1', 'r2', 'line-1', 'transit-1', '?')
  const because = fc.constantFrom(
    'r1-r2 is down',
    'r2 has no agent that is connected',
    'r1-r2 carries less than its lines need',
    '',
  )
  const anything = fc.record({
    event: fc.constantFrom(...(Object.keys(sentences) as EventName[])),
    fields: fc.record(
      { link: few, device: few, line: few, id: few, agent: few, peer: few, because },
      { requiredKeys: [] },
    ),
    pause: fc.integer({ min: 0, max: 4 }),
  })

  test('have an outcome for every event in every state, and end when everything has ended', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 60 }), (all) => {
        const one = new Scene()
        for (const { event, fields, pause } of all) {
          one.happens(event, fields)
          one.told(pause)
          const open = one.engine.state.incidents.filter(isOpen)
          const names = open.flatMap(({ signals }) => signals.map(({ name }) => name))
          assert.equal(new Set(names).size, names.length, 'one condition is of one incident')
        }
        for (const link of [...Object.keys(ends), 'r1', 'r2', 'line-1', 'transit-1', '?']) {
          one.happens('link.up', { link })
          one.happens('link.relieved', { link })
          one.happens('link.stable', { link })
          one.happens('traffic.usual', { id: link })
          one.happens('exporter.resumed', { device: link })
          one.happens('line.active', { line: link })
        }
        one.now += 4_000_000 // what no event ends ends by itself
        one.told(30)
        one.told(30)
        assert.deepEqual(one.engine.state.incidents.filter(isOpen), [])
      }),
    )
  })

  test('are the same after kill -9 at any event: what was told is not told again, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 40 }), fc.nat(40), (all, at) => {
        const straight = new Scene()
        const killed = new Scene()
        let written = killed.engine.state
        const said: string[][] = [[], []]
        for (const [index, { event, fields, pause }] of all.entries()) {
          if (index === at) {
            killed.engine = new IncidentEngine(structuredClone(written), topology)
            for (const before of killed.events) killed.engine.take(before)
          }
          for (const [which, scene] of [straight, killed].entries()) {
            scene.happens(event, fields)
            for (let second = 0; second < pause; second++) {
              const told = scene.told(1)
              said[which]!.push(...told.map((one) => `${one.revision} ${one.id} ${one.text} ${one.cleared}`))
              if (which === 1 && told.length > 0) written = structuredClone(scene.engine.state)
            }
          }
        }
        assert.deepEqual(said[1], said[0])
        assert.deepEqual(killed.engine.state.incidents.filter(isTold), straight.engine.state.incidents.filter(isTold))
      }),
    )
  })
})
