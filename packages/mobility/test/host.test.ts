import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseAddress } from '@vagus/address'
import fc from 'fast-check'
import { type Answer, type HostEffect, type HostLink, maxSequence, MobileHost, type Offer } from '../src/index.ts'

const link = (number: number): HostLink => ({ name: `eth${number}`, nextHop: parseAddress(`2001:db8:${number}::2`) })
const offer = (edge: string): Offer => ({
  edge,
  block: 'fd00:77::/48',
  challenge: new Uint8Array(16),
  lifetime: 30_000,
})
const ok = (edge: string, sequence: number): Answer => ({ state: 'attached', edge, sequence, lifetime: 30_000 })
const no = (edge: string, refusal: Extract<Answer, { state: 'refused' }>['refusal']): Answer => ({
  state: 'refused',
  edge,
  refusal,
})
const words = (effects: readonly HostEffect[]): readonly string[] =>
  effects.map((one) => (one.type === 'happened' ? `${one.what} ${one.link}` : `${one.type} ${one.link.name}`))
const sequenceIn = (effects: readonly HostEffect[]): number =>
  effects.flatMap((one) => (one.type === 'attach' ? [one.sequence] : []))[0]!

/** Attached over eth1 at the edge pe-1, at `now`. */
function attachedHost(now = 1_000_000): MobileHost {
  const host = new MobileHost()
  assert.deepEqual(words(host.setLinks([link(1)], now)), ['solicit eth1'])
  const effects = host.offered('eth1', offer('pe-1'), 'fe80::1', now)
  assert.deepEqual(words(effects), ['attach eth1'])
  assert.deepEqual(words(host.answered('eth1', ok('pe-1', sequenceIn(effects)), 'fe80::1', now)), [
    'route eth1',
    'attached eth1',
  ])
  return host
}

describe('a host', () => {
  test('begins with the seconds since 1970, and renews with the same number after a third of the lease', () => {
    const host = attachedHost()
    assert.equal(host.issued, 1000)
    assert.equal(host.nextAt(), 1_010_000)
    assert.deepEqual(words(host.tick(1_010_000)), ['solicit eth1'])
    const effects = host.offered('eth1', offer('pe-1'), 'fe80::1', 1_010_001)
    assert.equal(sequenceIn(effects), 1000)
    assert.deepEqual(words(host.answered('eth1', ok('pe-1', 1000), 'fe80::1', 1_010_002)), [])
    assert.equal(host.here?.until, 1_040_002)
  })

  test('asks over a link as soon as it is up, and uses the old one until it is attached', () => {
    const host = attachedHost()
    assert.deepEqual(words(host.setLinks([link(1), link(2)], 1_005_000)), ['solicit eth2'])
    assert.equal(host.here?.link, 'eth1')
    const effects = host.offered('eth2', offer('pe-2'), 'fe80::2', 1_005_001)
    assert.equal(sequenceIn(effects), 1005)
    assert.deepEqual(words(host.answered('eth2', ok('pe-2', 1005), 'fe80::2', 1_005_002)), [
      'route eth2',
      'attached eth2',
    ])
    assert.deepEqual(words(host.setLinks([link(2)], 1_006_000)), [])
  })

  test('falls back to the link that is left', () => {
    const host = attachedHost()
    host.setLinks([link(1), link(2)], 1_001_000)
    assert.deepEqual(words(host.setLinks([link(1)], 1_001_100)), ['solicit eth1'])
    const effects = host.offered('eth1', offer('pe-1'), 'fe80::1', 1_001_101)
    assert.equal(sequenceIn(effects), 1002, 'another edge may have accepted 1001')
  })

  test('moves when it is told to, and says which links there are', () => {
    const host = attachedHost()
    host.setLinks([link(2), link(1)], 1_001_000)
    host.move('eth1', 1_001_000)
    assert.deepEqual(words(host.move('eth2', 1_001_001)), ['solicit eth2'])
    assert.throws(() => host.move('eth9', 1_001_001), /there is no link "eth9" that is up; there are: eth2, eth1/)
  })

  test('asks again after 50, 100, 200 ms and so on, up to 2 s', () => {
    const host = new MobileHost()
    host.setLinks([link(1)], 0)
    const times: number[] = []
    for (let now = 0; times.length < 8; now = host.nextAt()!) {
      if (words(host.tick(now)).includes('solicit eth1')) times.push(now)
    }
    assert.deepEqual(times, [50, 150, 350, 750, 1550, 3150, 5150, 7150])
  })

  test('takes over at its start what it forgot, and gives way when another host with its key does', () => {
    const host = new MobileHost()
    host.setLinks([link(1)], 1_000_000)
    host.offered('eth1', offer('pe-1'), 'fe80::1', 1_000_000)
    const refused = no('pe-1', { code: 'superseded', problem: 'older', sequence: 4000 })
    assert.deepEqual(words(host.answered('eth1', refused, 'fe80::1', 1_000_001)), [])
    assert.deepEqual(words(host.tick(host.nextAt()!)), ['solicit eth1'])
    assert.equal(sequenceIn(host.offered('eth1', offer('pe-1'), 'fe80::1', 1_000_002)), 4001)
    host.answered('eth1', ok('pe-1', 4001), 'fe80::1', 1_000_003)
    host.tick(1_011_000)
    host.offered('eth1', offer('pe-1'), 'fe80::1', 1_011_001)
    const other = no('pe-1', { code: 'superseded', problem: 'older', sequence: 4002 })
    assert.deepEqual(words(host.answered('eth1', other, 'fe80::1', 1_011_002)), ['duplicate eth1'])
    assert.equal(host.nextAt(), undefined)
    assert.deepEqual(words(host.setLinks([link(1), link(2)], 1_012_000)), [])
  })

  test('waits as long as a refusal says, and tells it once', () => {
    const host = attachedHost()
    host.setLinks([link(1), link(2)], 1_001_000)
    const refuse = (now: number): readonly HostEffect[] => {
      host.offered('eth2', offer('pe-2'), 'fe80::2', now)
      return host.answered(
        'eth2',
        no('pe-2', { code: 'damped', problem: 'too often', retryAfter: 9000 }),
        'fe80::2',
        now,
      )
    }
    assert.deepEqual(words(refuse(1_001_000)), ['refused eth2'])
    assert.equal(host.nextAt(), 1_010_000)
    host.tick(1_010_000)
    assert.deepEqual(words(refuse(1_010_001)), [])
  })

  test('comes back with a higher number after its lease has ended without it', () => {
    const host = attachedHost()
    for (let now = 1_010_000; now < 1_040_000; now = host.nextAt()!) host.tick(now)
    assert.equal(sequenceIn(host.offered('eth1', offer('pe-1'), 'fe80::1', 1_040_000)), 1000)
    const lapsed = no('pe-1', { code: 'superseded', problem: 'not above 1000', sequence: 1000 })
    assert.deepEqual(words(host.answered('eth1', lapsed, 'fe80::1', 1_040_001)), [])
    host.tick(host.nextAt()!)
    const effects = host.offered('eth1', offer('pe-1'), 'fe80::1', 1_043_000)
    assert.equal(sequenceIn(effects), 1040)
    const answer = host.answered('eth1', ok('pe-1', 1040), 'fe80::1', 1_043_000)
    assert.deepEqual(words(answer), ['route eth1', 'attached eth1'])
  })

  test('is not driven faster than it wants by an edge that says nothing sensible', () => {
    const host = new MobileHost()
    let sent = 0
    let now = 1_000_000
    const count = (effects: readonly HostEffect[]): void => {
      sent += effects.filter(({ type }) => type === 'solicit' || type === 'attach').length
      for (const one of effects) {
        if (one.type === 'solicit') count(host.offered('eth1', offer('pe-1'), 'fe80::1', now))
        else if (one.type === 'attach') {
          const isOdd = sent % 2 === 0
          const silly = { ...ok('pe-1', one.sequence), lifetime: 0 } as Answer
          count(host.answered('eth1', isOdd ? silly : no('pe-1', { code: 'challenge', problem: 'no' }), 'fe80::1', now))
        }
      }
    }
    count(host.setLinks([link(1)], now))
    for (const end = now + 10_000; now < end; now = Math.max(now + 1, host.nextAt() ?? end)) count(host.tick(now))
    assert.ok(sent < 200, `${sent} datagrams in 10 s`)
  })

  test('never gives a number above the highest', () => {
    const host = new MobileHost(maxSequence)
    host.setLinks([link(1)], 0)
    assert.equal(sequenceIn(host.offered('eth1', offer('pe-1'), 'fe80::1', 0)), maxSequence)
  })

  test('says when an edge does not renew, and asks anew', () => {
    const host = attachedHost()
    for (let now = 1_010_000; now < 1_030_000; now = host.nextAt()!) host.tick(now)
    assert.deepEqual(words(host.tick(1_030_000)), ['lost eth1'])
    assert.ok(host.nextAt()! <= 1_033_000)
  })

  test('has an outcome for every event in every state', () => {
    const event = fc.oneof(
      fc.record({ type: fc.constant('links' as const), up: fc.subarray([1, 2, 3]) }),
      fc.record({ type: fc.constant('offer' as const), at: fc.integer({ min: 1, max: 3 }) }),
      fc.record({
        type: fc.constant('ok' as const),
        at: fc.integer({ min: 1, max: 3 }),
        sequence: fc.integer({ min: 1, max: 40 }),
      }),
      fc.record({
        type: fc.constant('no' as const),
        at: fc.integer({ min: 1, max: 3 }),
        code: fc.constantFrom('superseded' as const, 'damped' as const, 'challenge' as const, 'limit' as const),
        sequence: fc.integer({ min: 1, max: 40 }),
      }),
      fc.record({ type: fc.constant('tick' as const), after: fc.integer({ min: -5000, max: 40_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (all) => {
        const host = new MobileHost()
        let now = 10_000
        let issued = 0
        for (const one of all) {
          if (one.type === 'links') host.setLinks(one.up.map(link), now)
          else if (one.type === 'offer') host.offered(`eth${one.at}`, offer(`pe-${one.at}`), `fe80::${one.at}`, now)
          else if (one.type === 'ok')
            host.answered(`eth${one.at}`, ok(`pe-${one.at}`, one.sequence), `fe80::${one.at}`, now)
          else if (one.type === 'no') {
            const refusal = { code: one.code, problem: 'no', sequence: one.sequence }
            host.answered(`eth${one.at}`, no(`pe-${one.at}`, refusal), `fe80::${one.at}`, now)
          } else host.tick((now += one.after))
          assert.ok(host.issued >= issued && host.issued <= maxSequence)
          issued = host.issued
        }
      }),
      { numRuns: 500 },
    )
  })
})
