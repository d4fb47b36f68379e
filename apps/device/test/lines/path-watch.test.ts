/** Probes of a path (RFC 8762): when it is away, when it is believed again, and what is counted. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PathWatch, watchTimes } from '../../src/lines/path-watch.ts'
import { readReflection, reflected, stampOctets, writeTest } from '../../src/lines/stamp.ts'

/** Probes at its pace for so long; those that `answers` come back after 2 ms. */
function pass(watch: PathWatch, from: number, ms: number, answers: (now: number) => 'yes' | 'no' | 'refused'): number {
  for (let now = from; now < from + ms; now += watchTimes.every[watch.pace]) {
    const number = watch.sent(now)
    const how = answers(now)
    if (how === 'yes') watch.came(number, 0.5, now + 2)
    if (how === 'refused') watch.refused(now + 2)
    watch.state(now + 3)
  }
  return from + ms
}

describe('a path', () => {
  test('is away when none has come back for three seconds, and believed after three of answers', () => {
    const watch = new PathWatch(0)
    let now = pass(watch, 0, 5000, () => 'yes')
    now = pass(watch, now, 2800, () => 'no')
    assert.equal(watch.state(now), 'answers')
    now = pass(watch, now, 400, () => 'no')
    assert.equal(watch.state(now), 'away')
    now = pass(watch, now, 2900, () => 'yes')
    assert.equal(watch.state(now), 'away')
    now = pass(watch, now, 400, () => 'yes')
    assert.equal(watch.state(now), 'answers')
  })

  test('that answers now and then is not believed', () => {
    const watch = new PathWatch(0)
    let now = pass(watch, 0, 4000, () => 'no')
    now = pass(watch, now, 20_000, (at) => (at % 2500 === 0 ? 'yes' : 'no'))
    assert.equal(watch.state(now), 'away')
  })

  test('whose other agent is away is usable all the same: its kernel says so', () => {
    const watch = new PathWatch(0)
    const now = pass(watch, 0, 10_000, (at) => (at % 1000 === 0 ? 'refused' : 'no'))
    assert.equal(watch.state(now), 'answers')
    assert.ok(watch.figures(now).lost > 80)
  })

  test('beside another one is silent after 100 ms, away after three seconds, and believed after three of answers', () => {
    const watch = new PathWatch(0)
    watch.pace = 'keen'
    let now = pass(watch, 0, 1000, () => 'yes')
    now = pass(watch, now, 60, () => 'no')
    assert.equal(watch.state(now), 'answers')
    now = pass(watch, now, 60, () => 'no')
    assert.equal(watch.state(now), 'silent')
    now = pass(watch, now, 2900, () => 'no')
    assert.equal(watch.state(now), 'away')
    now = pass(watch, now, 2900, () => 'yes')
    assert.equal(watch.state(now), 'away')
    now = pass(watch, now, 200, () => 'yes')
    assert.equal(watch.state(now), 'answers')
    now = pass(watch, now, 120, () => 'no')
    now = pass(watch, now, 2800, () => 'yes')
    assert.equal(watch.state(now), 'silent')
    now = pass(watch, now, 400, () => 'yes')
    assert.equal(watch.state(now), 'answers')
  })

  test('beside another one, whose other agent is gone, is silent and never away: its kernel says so', () => {
    const watch = new PathWatch(0)
    watch.pace = 'keen'
    const now = pass(watch, 0, 10_000, (at) => (at % 1000 === 0 ? 'refused' : 'no'))
    assert.equal(watch.state(now), 'silent')
    watch.pace = 'calm'
    assert.equal(watch.state(now), 'answers')
  })

  test('is not silent because it gets another one beside it, whatever its round trip', () => {
    for (const trip of [2, 80, 150, 400])
      for (const phase of [0, 30, 60, 95]) {
        const watch = new PathWatch(0)
        const back: { number: number; at: number }[] = []
        let nextAt = 0
        for (let now = 0; now < 3000; now++) {
          if (now === 1000 + phase) [watch.pace, nextAt] = ['keen', now + watchTimes.every.keen]
          if (now >= nextAt) {
            back.push({ number: watch.sent(now), at: now + trip })
            nextAt = now + watchTimes.every[watch.pace]
          }
          while (back[0] !== undefined && back[0].at <= now) watch.came(back.shift()!.number, 0, now)
          assert.equal(watch.state(now), 'answers', `round trip ${trip}, phase ${phase}, at ${now}`)
        }
      }
  })

  test('beside another one that never answered is silent after a second', () => {
    const watch = new PathWatch(0)
    watch.pace = 'keen'
    let now = pass(watch, 0, 1000, () => 'no')
    assert.equal(watch.state(now), 'answers')
    now = pass(watch, now, 200, () => 'no')
    assert.equal(watch.state(now), 'silent')
  })

  test('is not silent because this program did not run for some time', () => {
    const watch = new PathWatch(0)
    watch.pace = 'keen'
    let now = pass(watch, 0, 1000, () => 'yes')
    for (let stall = 0; stall < 20; stall++) {
      now += 90
      watch.came(watch.sent(now), 0.5, now + 2)
      assert.equal(watch.state(now + 3), 'answers')
    }
  })

  test('is not away because this program did not run for some seconds', () => {
    const watch = new PathWatch(0)
    const now = pass(watch, 0, 1000, () => 'yes') + 9000
    watch.sent(now)
    assert.equal(watch.state(now), 'answers')
  })

  test('has figures: what was sent and lost, and round trips without the time at the other end', () => {
    const watch = new PathWatch(0)
    const now = pass(watch, 0, 10_000, (at) => (at % 200 === 0 ? 'yes' : 'no'))
    assert.deepEqual(watch.figures(now + 2000), { sent: 100, lost: 50, p50: 1500, p99: 1500 })
    assert.deepEqual(watch.figures(now + 70_000), { sent: 100, lost: 50, p50: null, p99: null })
    watch.came(7, 0, now) // once more, or of nobody
    watch.came(999, 0, now)
    assert.equal(watch.figures(now + 2000).sent, 100)
  })

  test('whatever comes in whatever order: no more is lost than was sent, and no trip is below zero', () => {
    const event = fc.record({
      type: fc.constantFrom('sent', 'came', 'refused'),
      number: fc.nat({ max: 40 }),
      held: fc.double({ min: -10, max: 10_000, noNaN: true }),
      after: fc.nat({ max: 1500 }),
    })
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const watch = new PathWatch(0)
        let now = 0
        for (const { type, number, held, after } of events) {
          now += after
          if (type === 'sent') watch.sent(now)
          else if (type === 'came') watch.came(number, held, now)
          else watch.refused(now)
          watch.state(now)
          const { sent, lost, p50, p99 } = watch.figures(now)
          assert.ok(lost <= sent && (p50 ?? 0) >= 0 && (p99 ?? 0) >= (p50 ?? 0))
        }
      }),
    )
  })
})

describe('STAMP', () => {
  test('a test packet and its reflection have 44 octets, and tell how long it was held', () => {
    const at = Date.UTC(2026, 10, 28)
    const packet = writeTest(7, at)
    assert.equal(packet.length, stampOctets)
    // Seconds since 1900 (RFC 5905 §6) and error estimate.
    assert.equal(Buffer.from(packet.subarray(0, 14)).toString('hex'), '00000007eeb49800000000002001')
    const back = reflected(packet, 255, at + 3, at + 5)!
    assert.equal(back.length, stampOctets)
    assert.deepEqual([...back.subarray(24, 38)], [...packet.subarray(0, 14)])
    const { sequence, heldMs } = readReflection(back)!
    assert.ok(sequence === 7 && Math.abs(heldMs - 2) < 0.01, `${heldMs}`)
  })

  test('a longer one is answered at its length, and a shorter one not at all (RFC 8762 §4.3)', () => {
    assert.equal(reflected(new Uint8Array(1200), 1, 0, 0)?.length, 1200)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 43 }), (octets) => reflected(octets, 1, 0, 0) === undefined))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 43 }), (octets) => readReflection(octets) === undefined))
  })
})
