import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  defaultRules,
  linkNlri,
  LinkPublisher,
  type LinkSample,
  linkTlvs,
  TelemetryTable,
} from '../../src/telemetry/index.ts'
import { agent, now, sample } from './samples.ts'

const publisher = () => new LinkPublisher(agent)
const withUse = (utilised: number, received = sample.received): LinkSample => ({ ...sample, utilised, received })

describe('when a link is announced (draft §6)', () => {
  test('first at once, then when its use changed by 5 % of its capacity in either direction', () => {
    const one = publisher()
    assert.equal(one.observe('a', sample, now)?.utilised, 100_000)
    assert.equal(one.observe('a', withUse(149_000), now + 1000), undefined)
    assert.equal(one.observe('a', withUse(150_000), now + 1100)?.utilised, 150_000)
    assert.equal(one.observe('a', withUse(150_000, 101_000), now + 2000)?.measurement?.received, 101_000)
  })

  test('slow growth is measured against what was announced, not against the sample before', () => {
    const one = publisher()
    one.observe('a', sample, now)
    const told = Array.from({ length: 60 }, (_, at) =>
      one.observe('a', withUse(100_000 + at * 1000), now + 1000 + at * 100),
    )
    assert.equal(
      told.findIndex((link) => link !== undefined),
      50,
    )
  })

  test('not sooner than 200 ms after the last time; the change is told by the next sample that is late enough', () => {
    const one = publisher()
    one.observe('a', sample, now)
    assert.equal(one.observe('a', withUse(500_000), now + 100), undefined)
    assert.equal(one.observe('a', withUse(500_000), now + 199), undefined)
    assert.equal(one.observe('a', withUse(500_000), now + 200)?.utilised, 500_000)
  })

  test('in congestion after 100 ms, also when it begins', () => {
    const one = publisher()
    one.observe('a', sample, now)
    const begins = one.observe('a', withUse(900_000), now + 100)
    assert.equal(begins?.measurement?.congested, 'out')
    assert.equal(one.observe('a', withUse(990_000), now + 199), undefined)
    assert.equal(one.observe('a', withUse(990_000), now + 200)?.utilised, 990_000)
  })

  test('congestion ends 5 % of the capacity below its threshold, so that it does not flap', () => {
    const one = publisher()
    one.observe('a', withUse(800_000), now)
    for (let at = 1; at <= 20; at++) {
      const told = one.observe('a', withUse(at % 2 === 0 ? 801_000 : 760_000), now + at * 1000)
      assert.equal(told, undefined)
    }
    assert.equal(one.observe('a', withUse(749_000), now + 30_000)?.measurement?.congested, 'no')
  })

  test('congestion lasts until the calm window has been below for two seconds, with the figures of the quick one', () => {
    const one = publisher()
    const both = (utilised: number, burst: number): LinkSample => ({
      ...withUse(utilised),
      quick: { utilised: burst, received: 0, drops: 0, window: 100 },
    })
    one.observe('a', sample, now)
    const begins = one.observe('a', both(500_000, 900_000), now + 1000)
    assert.deepEqual([begins?.measurement?.congested, begins?.measurement?.window], ['out', 100])
    for (let at = 1100; at < 3000; at += 100) one.observe('a', both(500_000, at % 300 === 0 ? 900_000 : 0), now + at)
    assert.equal(one.congestionOf('a'), 'out')
    const ends = one.observe('a', both(500_000, 0), now + 3000)
    assert.deepEqual([ends?.measurement?.congested, ends?.utilised], ['no', 500_000])
  })

  test('what begins within a minute after a burst counts when it has lasted two seconds', () => {
    const one = publisher()
    one.observe('a', withUse(900_000), now)
    one.observe('a', withUse(100_000), now + 100)
    assert.equal(one.observe('a', withUse(100_000), now + 2000)?.measurement?.congested, 'no')
    const full = (from: number, to: number): readonly string[] =>
      Array.from({ length: (to - from) / 100 }, (_, at) => {
        one.observe('a', withUse(900_000), now + from + at * 100)
        return one.congestionOf('a')
      })
    assert.equal(full(10_000, 14_000).indexOf('out'), 20)
    for (let at = 14_000; at <= 16_000; at += 100) one.observe('a', withUse(100_000), now + at)
    assert.equal(one.congestionOf('a'), 'no')
    // That was none: the next counts at once again, when what was before it is a minute old.
    assert.equal(full(80_000, 81_000).indexOf('out'), 0)
  })

  test('a threshold that is not known makes nothing congested', () => {
    const told = publisher().observe('a', { ...withUse(1_000_000), threshold: 0 }, now)
    assert.equal(told?.measurement?.congested, 'no')
  })

  test('again after 30 s of silence, and when the clock was set back', () => {
    const one = publisher()
    one.observe('a', sample, now)
    assert.equal(one.observe('a', sample, now + 29_999), undefined)
    assert.ok(one.observe('a', sample, now + 30_000))
    const back = one.observe('a', sample, now - 1000)
    assert.equal(back?.measurement?.sequence, now + 30_001)
  })

  test('by the clock again when it was set back by more than receivers allow', () => {
    const one = publisher()
    const table = new TelemetryTable()
    const tell = (at: number, clock: number) => {
      const told = one.observe('a', withUse(at % 2 === 0 ? 100_000 : 900_000), clock)
      return told && table.receive({ peer: 'd1', router: undefined }, linkNlri(told.key), linkTlvs(told), now + at).type
    }
    assert.equal(tell(0, now + 3_600_000), 'discarded')
    assert.equal(tell(1001, now + 1001), 'link')
    assert.equal(one.observe('a', withUse(100_000), now - 58_000)?.measurement?.sequence, now + 1002)
  })

  test('when drops begin, the threshold is learned anew, or the delay changed by a fifth', () => {
    const delay = { typical: 5000, least: 4000, most: 6000, variation: 10 }
    for (const change of [
      { drops: 3 },
      { threshold: 700_000 },
      { capacity: 2_000_000 },
      { delay: { ...delay, typical: 6001 } },
    ]) {
      const one = publisher()
      one.observe('a', { ...sample, delay }, now)
      assert.equal(one.observe('a', { ...sample, delay: { ...delay, typical: 5900 } }, now + 1000), undefined)
      assert.ok(one.observe('a', { ...sample, delay, ...change }, now + 2000), JSON.stringify(change))
    }
  })

  test('a link that ended is withdrawn once, and told at once when it is back', () => {
    const one = publisher()
    one.observe('a', sample, now)
    assert.deepEqual([one.end('a'), one.end('a')], [sample.key, undefined])
    assert.ok(one.observe('a', sample, now + 1))
  })

  test('in any order of samples and times: sequences grow, intervals are kept, and no change stays untold', () => {
    const events = fc.array(
      fc.record({ after: fc.nat(400), utilised: fc.nat(1_200_000), received: fc.nat(1_200_000) }),
      { minLength: 1, maxLength: 80 },
    )
    fc.assert(
      fc.property(events, (all) => {
        const one = publisher()
        let [at, sequence, last] = [now, 0, -Infinity]
        let told: LinkSample | undefined
        for (const { after, utilised, received } of all) {
          at += after
          const use = withUse(utilised, received)
          const link = one.observe('a', use, at)
          if (link === undefined) {
            const moved = Math.max(Math.abs(use.utilised - told!.utilised), Math.abs(use.received - told!.received))
            assert.ok(moved < 50_000 || at - last < defaultRules.interval)
            continue
          }
          assert.ok(link.measurement!.sequence > sequence)
          assert.ok(at - last >= defaultRules.congestedInterval)
          ;[sequence, last, told] = [link.measurement!.sequence, at, use]
        }
      }),
    )
  })
})
