import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { maxAtOnce, maxSilentAtOnce, PollSchedule } from '../../src/snmp/schedule.ts'

const every = 30_000
const routers = (count: number) => Array.from({ length: count }, (_, at) => ({ device: `r${at}`, every }))

/** Steps of 100 ms: what is taken is done after `takes` milliseconds. */
function run(
  schedule: PollSchedule,
  from: number,
  to: number,
  takes: (device: string) => number,
  isDead: (device: string) => boolean = () => false,
) {
  const ends: { device: string; at: number }[] = []
  const begun: { device: string; at: number }[] = []
  let most = 0
  for (let now = from; now <= to; now += 100) {
    for (const one of ends.filter(({ at }) => at <= now)) {
      ends.splice(ends.indexOf(one), 1)
      schedule.done(one.device, isDead(one.device) ? 'failed' : 'answered', now)
    }
    for (const device of schedule.take(now)) {
      begun.push({ device, at: now })
      ends.push({ device, at: now + takes(device) })
    }
    most = Math.max(most, ends.length)
  }
  return { begun, most }
}

void describe('whose turn it is', () => {
  void test('500 routers are spread over the interval, and each is asked once in it', () => {
    const schedule = new PollSchedule()
    schedule.set(routers(500), 0)
    const { begun } = run(schedule, 0, 2 * every, () => 300)
    for (const [device, some] of Map.groupBy(begun, (one) => one.device)) {
      assert.ok(some[0]!.at <= every, device)
      assert.ok(Math.abs(some[1]!.at - some[0]!.at - every) <= 100, device)
    }
    const perSecond = Map.groupBy(begun, ({ at }) => Math.floor(at / 1000))
    for (const [second, some] of perSecond) assert.ok(some.length <= 18, `${some.length} in second ${second}`)
  })

  void test('a few begin at once', () => {
    const schedule = new PollSchedule()
    schedule.set(routers(5), 0)
    assert.equal(run(schedule, 0, 1000, () => 100).begun.length, 5)
  })

  void test('dead routers hold up nobody, and are asked less often', () => {
    const schedule = new PollSchedule()
    schedule.set(routers(500), 0)
    const isDead = (device: string): boolean => Number(device.slice(1)) % 2 === 0
    const { begun, most } = run(schedule, 0, 720_000, (device) => (isDead(device) ? 4000 : 300), isDead)
    assert.ok(most <= maxAtOnce)
    const late = begun.filter(({ at }) => at > 120_000)
    const count = (device: string): number => late.filter((one) => one.device === device).length
    const alive = routers(500).filter(({ device }) => !isDead(device))
    for (const { device } of alive) assert.ok(count(device) >= 19, `${device} ${count(device)}`)
    for (const { device } of routers(500).filter((one) => isDead(one.device)))
      assert.ok(count(device) >= 1 && count(device) <= 6, `${device} ${count(device)}`)
  })

  void test('of those that did not answer, so many are asked at once', () => {
    const schedule = new PollSchedule()
    schedule.set(routers(200), 0)
    for (const round of [1, 2]) {
      for (let now = round * 1e6, taken = schedule.take(now); taken.length > 0; taken = schedule.take(now))
        for (const device of taken) schedule.done(device, 'failed', now)
    }
    assert.equal(schedule.take(1e7).length, maxSilentAtOnce)
  })

  void test('a router that is taken out meanwhile, or comes back, is passed over', () => {
    const schedule = new PollSchedule()
    schedule.set(routers(1), 0)
    assert.deepEqual(schedule.take(0), ['r0'])
    schedule.set([], 10)
    schedule.done('r0', 'failed', 20)
    assert.deepEqual([schedule.take(1e6), schedule.failuresOf('r0')], [[], 0])
  })

  void test('after the clock was set back, none waits longer than two intervals', () => {
    const schedule = new PollSchedule()
    schedule.set(routers(1), 1e9)
    schedule.take(1e9)
    schedule.done('r0', 'answered', 1e6)
    assert.deepEqual(schedule.take(1e6 + every), ['r0'])
  })
})
