import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { accessProfiles } from '@vagus/channel'
import { Beat } from '../../src/energy/beat.ts'
import { accessOf, beatOf, checkEnergy, profileOf } from '../../src/energy/energy-options.ts'
import { RadioUse } from '../../src/energy/radio-use.ts'
import { Radios } from '../../src/energy/radios.ts'
import type { LocalAddress } from '../../src/dial/local-addresses.ts'
import { decodeSleep, encodeSleep } from '../../src/link/sleeping.ts'

const { lte, wifi } = accessProfiles
const wlan: LocalAddress = { address: '192.0.2.7', family: 4, interface: 'wlan0' }
const wwan: LocalAddress = { address: '10.45.0.9', family: 4, interface: 'wwan0' }
const wired: LocalAddress = { address: '198.51.100.3', family: 4, interface: 'enp3s0' }
const at = (host: string) => ({ local: `udp://${host}:7601` })
const nothing = (): void => undefined
const noLinks = (): never[] => []

describe('which radio sleeps', () => {
  test('on a battery: those of Wi-Fi and cellular interfaces, by their names', () => {
    assert.deepEqual(['wlan0', 'wlp3s0', 'wwan0', 'rmnet0', 'enp3s0', 'lo'].map(accessOf), [
      'wifi',
      'wifi',
      'lte',
      'lte',
      undefined,
      undefined,
    ])
    const radios = new Radios({ '*': { access: 'battery' } }, () => [wlan, wwan, wired], noLinks)
    assert.deepEqual(
      [wlan, wwan].map(({ address }) => radios.under(at(address))?.plan.wakePeriod),
      [wifi.wakePeriod, lte.wakePeriod],
    )
    for (const host of [wired.address, '127.0.0.1', '[::1]', '203.0.113.1'])
      assert.equal(radios.under(at(host)), undefined, host)
  })

  test('is one for all routes of a network', () => {
    const radios = new Radios({ '10.45.0.0/16': { access: 'lte', beat: 100_000 } }, () => [wlan, wwan], noLinks)
    const radio = radios.under(at(wwan.address))
    assert.ok(radio !== undefined && radio === radios.under(at(wwan.address)))
    assert.equal(radio.plan.beat, 100_000)
    assert.equal(radios.under(at(wlan.address)), undefined)
    assert.deepEqual([radios.statusOf(radio)?.network, radios.statusOf(radio)?.access], ['10.45.0.0/16', 'lte'])
  })

  test('is under a socket at all addresses where they are all of one interface', () => {
    const radios = (...local: LocalAddress[]) => new Radios({ '*': { access: 'battery' } }, () => local, noLinks)
    assert.ok(radios(wlan).under(at('0.0.0.0')) !== undefined)
    assert.equal(radios(wlan, wired).under(at('0.0.0.0')), undefined)
  })

  test('keeps a beat within bounds, which is the shortest of all', () => {
    assert.equal(beatOf({ a: { access: 'lte', beat: 60_000 }, b: { access: 'battery' } }), wifi.beat)
    assert.throws(() => profileOf({ access: 'lte', beat: 200_000 }, 'wwan0'), /5000\.\.100000 ms, got 200000/)
  })

  test('is checked before anything goes over it, and there is one', () => {
    assert.throws(() => checkEnergy({ wwan0: { access: 'lte', beat: 1000 } }), /5000\.\.100000 ms, got 1000/)
    assert.throws(() => checkEnergy({ wwan0: { access: { ...lte, beat: NaN } } }), /5000\.\.100000 ms, got NaN/)
    assert.throws(() => checkEnergy({}), /names no network/)
    checkEnergy({ wlan0: { access: 'battery' }, wwan0: { access: 'lte', beat: 60_000 } })
  })
})

describe('the beat of a host', () => {
  test('is the same for everybody at a time, and never closer than asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2e12, noNaN: true }), fc.nat(30_000), (now, least) => {
        const beat = new Beat(25_000, 1234)
        const within = beat.within(least, now)
        assert.ok(within >= least - 0.01 && within <= least + 25_000 + 0.01)
        const phase = (now + within - 1234) % 25_000
        assert.ok(Math.min(phase, 25_000 - phase) < 0.01)
      }),
    )
  })

  test('calls until it is ended', async () => {
    let calls = 0
    const twice = Promise.withResolvers<void>()
    const end = new Beat(20).each(() => {
      if (++calls === 2) twice.resolve()
    })
    const alive = setInterval(nothing, 1000) // the beat itself keeps no process alive
    await twice.promise
    end()
    const before = calls
    await new Promise((resolve) => setTimeout(resolve, 60))
    clearInterval(alive)
    assert.equal(calls, before)
  })
})

describe('what a radio took', () => {
  test('is set against what sending at once would have taken', () => {
    const use = new RadioUse(lte)
    use.packet(100, 'urgent', 0)
    for (let now = 2000; now < 20_000; now += 2000) use.waits(100, now)
    use.packet(1000, 'tolerant', 20_000)
    use.packet(60, 'received', 20_060)
    const { own, atOnce } = use.consumption(60_000)
    assert.deepEqual([own.wakes, own.fromIdle, own.forMs], [2, 2, 60_000])
    assert.equal(atOnce.wakes, 1 + 9)
    assert.ok(own.joules < atOnce.joules)
  })

  test('of an idle session is set against a keepalive every 20 s, of any time, and of no more than half a day', () => {
    const use = new RadioUse(lte)
    for (let now = 0; now <= 1_000_000; now += lte.beat) use.packet(60, 'tolerant', now)
    const { own, atOnce } = use.consumption(1_000_000)
    assert.deepEqual([own.wakes, atOnce.wakes], [41, 51])
    use.packet(60, 'tolerant', 1e12)
    assert.ok(use.consumption(1e12).atOnce.wakes < 5000)
  })
})

describe('the notice of a radio that sleeps', () => {
  test('says how, or that it does not', () => {
    const { awakeFor, wakeMs, wakePeriod, beat, holdAtMost } = lte
    assert.deepEqual(decodeSleep(encodeSleep(lte)), { awakeFor, wakeMs, wakePeriod, beat, holdAtMost })
    assert.equal(decodeSleep(encodeSleep(undefined)), undefined)
  })

  test('is believed within bounds, and ignored where it cannot be read', () => {
    const told = decodeSleep(encodeSleep({ ...lte, beat: 4_000_000_000, holdAtMost: 4_000_000_000, wakeMs: 99_999 }))
    assert.deepEqual([told?.beat, told?.holdAtMost, told?.wakeMs], [100_000, 300_000, 10_000])
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const plan = decodeSleep(octets)
        assert.ok(plan === undefined || (plan.beat >= 5000 && plan.beat <= 100_000 && plan.holdAtMost <= 300_000))
      }),
    )
  })
})
