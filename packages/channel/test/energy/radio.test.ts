import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { accessNames, accessProfiles, joulesOfWake, Meter, Radio } from '../../src/index.ts'
import { Holding, latestOf, maxHeldDatagrams, maxHeldOctets } from '../../src/energy/holding.ts'
import { Urgency } from '../../src/energy/urgency.ts'
import { allClasses, tolerantClasses } from '../../src/session/class-set.ts'
import { trafficClasses } from '../../src/session/traffic-class.ts'

const { lte, wifi } = accessProfiles
const way = { transit: 30, patience: 80 }

describe('a radio', () => {
  test('is awake for a while after each packet, and says when one found it asleep', () => {
    let wakes = 0
    const radio = new Radio({ plan: lte, of: 'here', woke: () => wakes++ })
    assert.equal(radio.isAwake(0), false)
    radio.sent(100, 'urgent', 1000)
    radio.received(100, 1050)
    assert.deepEqual([radio.isAwake(1149), radio.isAwake(1150), wakes], [true, false, 1])
    radio.received(100, 1150)
    assert.equal(wakes, 2)
  })

  test('keeps every path alive on the same beats, never later than a beat after its last packet', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.nat(24_999), (last, phase) => {
        const radio = new Radio({ plan: lte, of: 'here', phase })
        const at = radio.keepAliveAt(last)
        assert.ok(at > last && at <= last + lte.beat, `${at} after ${last}`)
        assert.ok(Math.abs((at - phase) % lte.beat) < 0.01)
        const next = radio.beatAfter(at)
        assert.ok(next > at && next <= at + lte.beat + 0.01)
      }),
    )
  })

  test('of the peer is kept alive by the peer, and by this side only if that fails to', () => {
    const radio = new Radio({ plan: lte, of: 'peer' })
    assert.ok(radio.keepAliveAt(0) > lte.beat + 5000)
    assert.ok(radio.lead > new Radio({ plan: lte, of: 'here' }).lead, 'the network keeps packets for it')
  })
})

describe('what is tolerant', () => {
  test('is telemetry and bulk', () => {
    const names = trafficClasses.filter((_, index) => (tolerantClasses & (1 << index)) !== 0)
    assert.deepEqual(names, ['telemetry', 'bulk'])
    assert.equal(tolerantClasses & ~allClasses, 0)
  })

  test('waits while the radio sleeps, and goes when it is awake', () => {
    const [radio, holding] = [new Radio({ plan: lte, of: 'here' }), new Holding()]
    const waiting = { deadline: Infinity, octets: 100, datagrams: 1 }
    assert.equal(holding.holds(waiting, radio, way, 0), true)
    assert.equal(holding.until, lte.holdAtMost)
    radio.sent(50, 'urgent', 10)
    assert.deepEqual([holding.holds(waiting, radio, way, 10), holding.until], [false, Infinity])
  })

  test('leaves in time for a second try before the earliest deadline, and at once if that is past', () => {
    const radio = new Radio({ plan: lte, of: 'here' })
    const latest = latestOf(10_000, 0, radio, way)
    assert.ok(latest + lte.wakeMs + way.transit + 2 * way.patience < 10_000)
    const holding = new Holding()
    assert.equal(holding.holds({ deadline: 10_000, octets: 1, datagrams: 1 }, radio, way, latest - 1), true)
    assert.equal(holding.holds({ deadline: 10_000, octets: 1, datagrams: 1 }, radio, way, latest), false)
  })

  test('goes when much of it waits', () => {
    const [radio, none] = [new Radio({ plan: lte, of: 'here' }), { deadline: Infinity, octets: 0, datagrams: 0 }]
    assert.equal(new Holding().holds({ ...none, octets: maxHeldOctets }, radio, way, 0), true)
    assert.equal(new Holding().holds({ ...none, octets: maxHeldOctets + 1 }, radio, way, 0), false)
    assert.equal(new Holding().holds({ ...none, datagrams: maxHeldDatagrams + 1 }, radio, way, 0), false)
  })

  test('never waits longer than it may, whatever comes behind it and in whatever order', () => {
    const step = fc.record({
      after: fc.nat(20_000),
      octets: fc.nat(1000),
      within: fc.option(fc.nat(200_000), { nil: Infinity }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const [radio, holding] = [new Radio({ plan: wifi, of: 'here' }), new Holding()]
        let [now, octets, datagrams, deadline, since] = [0, 0, 0, Infinity, 0]
        for (const each of steps) {
          now += each.after
          if (holding.until <= now) {
            // The host's timer rang before.
            assert.equal(holding.holds({ octets, datagrams, deadline }, radio, way, holding.until), false)
            holding.clear()
            octets = datagrams = 0
            deadline = Infinity
          }
          if (datagrams === 0) since = now
          octets += each.octets
          datagrams++
          deadline = Math.min(deadline, now + each.within)
          if (holding.holds({ octets, datagrams, deadline }, radio, way, now)) {
            assert.ok(holding.until > now && holding.until <= since + wifi.holdAtMost)
            assert.ok(holding.until + radio.lead + way.transit < deadline)
          } else {
            holding.clear()
            octets = datagrams = 0
            deadline = Infinity
          }
        }
      }),
    )
  })
})

describe('the most urgent content of the last minute', () => {
  test('counts by its class, or by its deadline if that is earlier, and is forgotten', () => {
    const urgency = new Urgency()
    assert.equal(urgency.budget, Infinity)
    const call = 1 << trafficClasses.indexOf('call')
    assert.equal(urgency.note(call, Infinity, 0), 'changed')
    assert.equal(urgency.budget, 300)
    assert.equal(urgency.note(call, 1050, 1000), 'changed')
    assert.equal(urgency.budget, 50)
    assert.equal(urgency.note(call, Infinity, 2000), 'same')
    for (let now = 60_000; now <= 180_000; now += 30_000) urgency.note(call, Infinity, now)
    assert.equal(urgency.budget, 300)
  })
})

describe('the meter', () => {
  test('counts what a packet finds: idle, dozing, or awake', () => {
    const meter = new Meter(lte)
    for (const at of [0, 50, 1050, 1050 + lte.tailMs]) meter.packet(100, at)
    const { wakes, fromIdle, busyMs } = meter.consumption(1050 + lte.tailMs)
    assert.deepEqual([wakes, fromIdle, busyMs], [3, 2, 1050 + lte.tailMs])
  })

  test('takes for one packet what a wake takes, once its tail is over, in every profile', () => {
    for (const name of accessNames) {
      const profile = accessProfiles[name]
      const meter = new Meter(profile)
      meter.packet(0, 5)
      assert.ok(Math.abs(meter.consumption(1e6).joules - joulesOfWake(profile)) < 1e-9)
    }
  })

  test('takes no less for one more packet, but where that spares a wake out of idle', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { minLength: 1, maxLength: 40 }), fc.nat(60_000), (times, extra) => {
        const joules = (at: readonly number[]): number => {
          const meter = new Meter(lte)
          for (const time of at.toSorted((a, b) => a - b)) meter.packet(100, time)
          return meter.consumption(100_000).joules
        }
        assert.ok(joules([...times, extra]) >= joules(times) - lte.wakeJoules - 1e-9)
      }),
    )
  })
})
