/**
 * Loss accounting: each counting rule of real exporters, with messages lost, duplicated or late, and counts restarted.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { LossAccountant } from '../src/loss/accountant.ts'
import { LossSession } from '../src/loss/session.ts'
import type { MessageUnits } from '../src/loss/sequence.ts'
import type { FlowProtocol } from '../src/index.ts'
import {
  exporterAt,
  hex,
  ipfix,
  netflow5,
  netflow5Record,
  netflow9,
  plainFields,
  plainRecord,
  set,
  template,
} from './datagrams.ts'
import { collectRows } from './rows.ts'

interface Sent {
  readonly sequence: number
  readonly units: MessageUnits
  /** What the exporter adds to its count. */
  readonly counted: number
}

interface Discipline {
  readonly name: string
  readonly protocol: FlowProtocol
  readonly first: number
  readonly counts: (units: MessageUnits) => number
  readonly phase: 'before' | 'including' | 'last index'
}

const records = (units: MessageUnits): number => units.records
const withOptions = (units: MessageUnits): number => units.records + units.options
const withTemplates = (units: MessageUnits): number => units.records + units.options + units.templates
const one = (): number => 1

const disciplines: readonly Discipline[] = [
  { name: 'RFC 7011 (pmacctd IPFIX)', protocol: 'ipfix', first: 0, counts: withOptions, phase: 'before' },
  { name: 'softflowd IPFIX', protocol: 'ipfix', first: 0, counts: records, phase: 'including' },
  { name: 'Open vSwitch IPFIX', protocol: 'ipfix', first: 1, counts: withOptions, phase: 'before' },
  { name: 'IPFIX that counts data records alone', protocol: 'ipfix', first: 0, counts: records, phase: 'before' },
  { name: 'IPFIX that counts templates too', protocol: 'ipfix', first: 0, counts: withTemplates, phase: 'before' },
  { name: 'IPFIX that counts messages', protocol: 'ipfix', first: 0, counts: one, phase: 'before' },
  {
    name: 'IPFIX over the wrap of 2^32',
    protocol: 'ipfix',
    first: 2 ** 32 - 5000,
    counts: withOptions,
    phase: 'before',
  },
  { name: 'NetFlow v5', protocol: 'netflow5', first: 0, counts: records, phase: 'before' },
  { name: 'Open vSwitch v5, the last index', protocol: 'netflow5', first: 0, counts: records, phase: 'last index' },
  { name: 'NetFlow v9', protocol: 'netflow9', first: 1, counts: one, phase: 'before' },
  { name: 'NetFlow v9 that counts records', protocol: 'netflow9', first: 0, counts: withOptions, phase: 'before' },
  { name: 'sFlow', protocol: 'sflow5', first: 1, counts: one, phase: 'before' },
]

/** A small pseudorandom generator, which gives equal numbers for equal seeds. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Messages of an exporter: mostly full ones, some short, and occasionally options data and templates. */
function messagesOf(
  { protocol, first, counts, phase }: Discipline,
  count: number,
  next: () => number,
): readonly Sent[] {
  let sequence = first
  return Array.from({ length: count }, (_, index) => {
    const hasTemplates = protocol !== 'netflow5' && index % 50 === 0
    const units = {
      records: hasTemplates ? 0 : next() < 0.6 ? 24 : 1 + Math.floor(next() * 24),
      options: hasTemplates ? 1 + Math.floor(next() * 3) : 0,
      templates: hasTemplates ? 4 : 0,
      isKnown: true,
    }
    const counted = counts(units)
    const before = sequence
    sequence = (sequence + counted) % 2 ** 32
    const number = phase === 'before' ? before : phase === 'including' ? sequence : (sequence + 2 ** 32 - 1) % 2 ** 32
    return { sequence: number, units, counted }
  })
}

const sumOf = (messages: readonly Sent[]): number => messages.reduce((sum, { counted }) => sum + counted, 0)

describe('the estimate of lost units', () => {
  for (const discipline of disciplines) {
    test(`${discipline.name}: is within 1 % of the units sent, for any random loss up to a half`, () => {
      fc.assert(
        fc.property(fc.nat(), fc.constantFrom(0, 0.001, 0.01, 0.1, 0.3, 0.5), (seed, share) => {
          const next = random(seed)
          const sent = messagesOf(discipline, 600, next)
          // Losses before the first and after the last received message cannot be known.
          const came = sent.map((_, index) => index === 0 || index === sent.length - 1 || next() >= share)
          const lost = sumOf(sent.filter((_, index) => !came[index]))
          const accountant = LossAccountant.of(discipline.protocol)
          for (const [index, { sequence, units }] of sent.entries()) if (came[index]) accountant.take(sequence, units)
          const error = Math.abs(accountant.current.lost - lost) / sumOf(sent)
          assert.ok(error <= 0.01, `${accountant.current.lost} instead of ${lost}: ${accountant.current.rule.name}`)
        }),
        { numRuns: 20 },
      )
    })
  }

  test('does not count late and duplicate datagrams', () => {
    const discipline = disciplines[0]!
    const sent = messagesOf(discipline, 600, random(7))
    const accountant = LossAccountant.of('ipfix')
    for (let index = 0; index + 3 < sent.length; index += 4) {
      for (const late of [0, 3, 2, 1, 2]) accountant.take(sent[index + late]!.sequence, sent[index + late]!.units)
    }
    assert.equal(accountant.current.lost, 0)
  })

  for (const [name, numbers] of [
    ['before it', [-3, -2, 2, 0, -1, 1, 3]],
    ['across it', [-3, 2, -2, -1, 0, 1, 3]],
    ['after it', [-2, -1, 2, 0, 1, 3]],
  ] as const) {
    test(`does not count late datagrams at the wrap of 2^32: the first missing one is ${name}`, () => {
      const accountant = LossAccountant.of('sflow5')
      const units = { records: 0, options: 0, templates: 0, isKnown: true }
      for (const number of numbers) accountant.take(number >>> 0, units)
      assert.equal(accountant.current.lost, 0)
    })
  }

  test('does not count a restart of the sequence, which is reported', () => {
    const accountant = LossAccountant.of('ipfix')
    const sent = messagesOf(disciplines[0]!, 300, random(3))
    for (const { sequence, units } of sent) accountant.take(sequence, units)
    const outcomes = messagesOf(disciplines[0]!, 50, random(4)).map(({ sequence, units }) =>
      accountant.take(sequence, units),
    )
    assert.equal(outcomes.filter((outcome) => outcome === 'restarted').length, 1)
    assert.equal(accountant.current.lost, 0)
  })

  test('follows an exporter that changes its rule, and removes false losses of the old rule', () => {
    for (const seed of [3, 4, 5, 6]) {
      const accountant = LossAccountant.of('ipfix')
      for (const { sequence, units } of messagesOf(disciplines[0]!, 400, random(seed))) accountant.take(sequence, units)
      const before = accountant.current.rule.name
      for (const { sequence, units } of messagesOf(disciplines[1]!, 900, random(seed + 9)))
        accountant.take(sequence, units)
      assert.equal(before, 'records and options records before the message')
      assert.match(accountant.current.rule.name, /^records( and options records)? including the message$/)
      assert.equal(accountant.current.lost, 0)
    }
  })

  test('keeps the loss of an outage of half of the messages, as the rule is the same afterwards', () => {
    const accountant = LossAccountant.of('netflow9')
    let lost = 0
    for (let sequence = 1; sequence <= 3000; sequence++) {
      const isLost = sequence > 1000 && sequence <= 2000 && sequence % 3 !== 0
      if (isLost) lost++
      else accountant.take(sequence, { records: 3, options: 0, templates: 0, isKnown: true })
    }
    assert.equal(accountant.current.lost, lost)
  })
})

describe('domains of one source port', () => {
  const play = (isShared: boolean): LossSession => {
    const session = new LossSession(64)
    const domains = [LossAccountant.of('ipfix'), LossAccountant.of('ipfix')] as const
    for (const domain of domains) session.join(domain)
    const next = random(11)
    const counts = [0, 5_000_000]
    for (let index = 0; index < 400; index++) {
      const which = next() < 0.3 ? 0 : 1
      const units = { records: 1 + Math.floor(next() * 20), options: 0, templates: 0, isKnown: true }
      const counter = isShared ? 0 : which
      if (index % 10 !== 5) session.take(domains[which], counts[counter]!, units)
      counts[counter] = counts[counter]! + units.records
    }
    const states = domains.map((domain) => session.stateOf(domain))
    const share = states.map((state) => state.units).reduce((sum, units) => sum + units, 0)
    const all = counts[0]! + (isShared ? 0 : counts[1]! - 5_000_000)
    assert.ok(Math.abs(share / all - 0.1) < 0.02, `${share} of ${all} lost`)
    assert.equal(states[0]!.rule.endsWith('one count for all domains'), isShared)
    return session
  }

  test('that share a sequence (Open vSwitch) are tracked together', () => void play(true))
  test('that each have a sequence (RFC 7011 §3.1) are tracked separately', () => void play(false))

  test('beyond the limit are tracked separately, even if they share a sequence', () => {
    const session = new LossSession(2)
    const domains = Array.from({ length: 3 }, () => LossAccountant.of('ipfix'))
    const units = { records: 5, options: 0, templates: 0, isKnown: true }
    const send = (count: number, from: readonly LossAccountant[]): void => {
      for (let index = 0; index < count; index++) session.take(from[index % from.length]!, (sequence += 5), units)
    }
    let sequence = 0
    session.join(domains[0]!)
    session.join(domains[1]!)
    send(100, domains.slice(0, 2))
    assert.match(session.stateOf(domains[0]!).rule, /one count for all domains$/)
    session.join(domains[2]!)
    send(100, domains)
    for (const domain of domains) assert.doesNotMatch(session.stateOf(domain).rule, /one count/)
  })

  test('divide the loss by the messages of each, even after one was removed', () => {
    const session = new LossSession(64)
    const domains = Array.from({ length: 3 }, () => LossAccountant.of('netflow9'))
    for (const domain of domains) session.join(domain)
    const units = { records: 1, options: 0, templates: 0, isKnown: true }
    for (let sequence = 1; sequence <= 801; sequence++) {
      if (sequence % 8 !== 0) session.take(domains[[0, 0, 1, 2][sequence % 4]!]!, sequence, units)
    }
    session.leave(domains[2]!)
    const states = domains.slice(0, 2).map((domain) => session.stateOf(domain))
    assert.deepEqual(
      states.map(({ units: lost, received }) => [lost, received]),
      [
        [60, 421],
        [40, 280],
      ],
    )
  })
})

describe('the collector', () => {
  const from = exporterAt(1)

  test('reports losses once the rule is certain, and again only if more is lost', () => {
    const { collector } = collectRows()
    for (let sequence = 1; sequence <= 40; sequence++) {
      if (sequence === 30) continue
      collector.receive(netflow9({ sequence, uptime: sequence * 1000 }), from, sequence * 1000)
      collector.tick(sequence * 1000)
    }
    const events = collector.takeEvents().filter(({ event }) => event === 'exporter.loss')
    assert.deepEqual(
      events.map(({ fields }) => [fields['lost'], fields['unit'], fields['share']]),
      [[1, 'datagrams', 3.2]],
    )
    assert.equal(collector.exporters()[0]!.lost.units, 1)
  })

  test('states the share lost in the last hour, whatever was lost before', () => {
    const { collector } = collectRows()
    let seconds = 0
    const sendFor = (hours: number, loses: 'none' | 'half'): unknown => {
      for (const end = seconds + hours * 3600; seconds < end; seconds += 10) {
        if (loses === 'none' || seconds % 20 === 0) {
          collector.receive(netflow9({ sequence: seconds / 10, uptime: seconds * 1000 }), from, seconds * 1000)
        }
        collector.tick(seconds * 1000)
      }
      const { units, lastHour, share } = collector.exporters()[0]!.lost
      return [units, lastHour.units, Math.round(share * 100) / 100]
    }
    assert.deepEqual(sendFor(0.5, 'none'), [0, 0, 0])
    assert.deepEqual(sendFor(0.5, 'half'), [89, 89, 0.25])
    assert.deepEqual(sendFor(48, 'none'), [90, 0, 0])
    const [units, lost, share] = sendFor(6, 'half') as number[]
    assert.deepEqual([units, share], [90 + 6 * 180 - 1, 0.5])
    assert.ok(lost! >= 180 && lost! <= 186, String(lost))
    // a silent exporter loses nothing
    for (let minute = 0; minute < 70; minute++) collector.tick((seconds += 60) * 1000)
    assert.deepEqual(collector.exporters()[0]!.lost.lastHour, { units: 0, received: 0 })
  })

  test('detects a restart by the uptime, and counts nothing as lost', () => {
    const { collector } = collectRows()
    const at = 1_700_000_000_000
    for (let index = 0; index < 20; index++) {
      collector.receive(netflow9({ sequence: 500 + index, uptime: 900_000 + index * 1000 }), from, at + index * 1000)
    }
    for (let index = 0; index < 20; index++) {
      collector.receive(
        netflow9({ sequence: 5000 + index, uptime: 2000 + index * 1000 }),
        from,
        at + 25_000 + index * 1000,
      )
    }
    collector.tick(at + 60_000)
    const events = collector.takeEvents().map(({ event, fields }) => [event, fields['reason']])
    assert.deepEqual(events, [
      ['exporter.seen', undefined],
      ['exporter.restarted', 'its uptime is 2 s'],
    ])
    assert.equal(collector.exporters()[0]!.lost.units, 0)
  })

  test('does not take a reordered datagram for a restart', () => {
    const { collector } = collectRows()
    for (const [sequence, uptime] of [
      [1, 900_000],
      [3, 930_000],
      [2, 905_000],
      [4, 931_000],
    ] as const) {
      collector.receive(netflow9({ sequence, uptime }), from, 1000 + sequence)
    }
    assert.ok(collector.takeEvents().every(({ event }) => event !== 'exporter.restarted'))
    assert.equal(collector.exporters()[0]!.lost.units, 0)
  })

  test('reports that NetFlow v5 cannot carry IPv6', () => {
    const { collector } = collectRows()
    collector.receive(netflow5({}, netflow5Record), from, 1)
    collector.receive(netflow5({ sequence: 1 }, netflow5Record), from, 2)
    assert.deepEqual(
      collector.takeEvents().map(({ event, address, exporter }) => [event, address, exporter]),
      [
        ['exporter.seen', '192.0.2.1', 1],
        ['exporter.no-ipv6', '192.0.2.1', 1],
      ],
    )
  })

  test('reports an exporter with many streams once per protocol', () => {
    const { collector } = collectRows()
    for (let port = 1000; port < 1026; port++) {
      collector.receive(ipfix({}, set(2, template(256, plainFields))), { ...from, port }, port)
    }
    collector.receive(netflow9({ sequence: 1, uptime: 1 }), from, 2000)
    assert.deepEqual(
      collector.takeEvents().map(({ event, fields }) => [event, fields['protocol']]),
      [
        ['exporter.seen', 'ipfix'],
        ['exporter.seen', 'netflow9'],
      ],
    )
    assert.equal(collector.exporters().length, 27)
  })

  test('reports restarts of several streams at once, and counts those within the next minute', () => {
    const { collector } = collectRows()
    const ports = [1000, 1001, 1002]
    const sendAll = (uptime: number, at: number): void =>
      ports.forEach((port) => collector.receive(netflow9({ sequence: 1, uptime }), { ...from, port }, at))
    sendAll(900_000, 1000)
    sendAll(10, 2000)
    collector.tick(3000)
    collector.tick(62_000)
    const restarts = collector.takeEvents().filter(({ event }) => event === 'exporter.restarted')
    assert.deepEqual(
      restarts.map(({ at, fields }) => [at, fields['count']]),
      [
        [2000, 1],
        [62_000, 2],
      ],
    )
  })

  test('reports once, after two minutes, that a sampler has no rate', () => {
    const { collector } = collectRows()
    const sampled = [...plainFields, [48, 1]] as const
    for (let at = 0; at < 300_000; at += 30_000) {
      const record = new Uint8Array([...plainRecord(1), 4])
      collector.receive(ipfix({}, set(2, template(256, sampled)), set(256, record)), from, at + 1)
      collector.tick(at + 1)
    }
    const events = collector.takeEvents().filter(({ event }) => event === 'exporter.no-sampling-rate')
    assert.deepEqual(
      events.map(({ at }) => at),
      [120_001],
    )
  })

  test('drops the oldest events if they are not taken, and counts them', () => {
    const { collector } = collectRows({ limits: { events: 3 } })
    for (let host = 1; host <= 10; host++) collector.receive(hex('ffffffff'), exporterAt(host), host)
    assert.deepEqual(
      collector.takeEvents().map(({ address }) => address),
      ['192.0.2.8', '192.0.2.9', '192.0.2.10'],
    )
    assert.equal(collector.totals().eventsDropped, 7)
  })
})
