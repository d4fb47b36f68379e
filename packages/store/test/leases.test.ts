import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Leases } from '../src/sealed/leases.ts'
import { Lag } from '../src/worker/lag.ts'

describe('leases', () => {
  test('data that a query reads is removed when the query has ended, and not before', () => {
    const leases = new Leases()
    const removed: string[] = []
    const early = leases.take()
    leases.retire(() => removed.push('first'))
    const late = leases.take()
    leases.retire(() => removed.push('second'))
    assert.deepEqual(removed, [])
    early()
    assert.deepEqual(removed, ['first'])
    late()
    assert.deepEqual(removed, ['first', 'second'])
  })

  test('in any order of start, end and removal no data is removed while read, and all of it at the end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('begin', 'end', 'retire'), { maxLength: 40 }), (steps) => {
        const leases = new Leases()
        const running: { readonly seen: number; readonly end: () => void }[] = []
        let retired = 0
        let removed = 0
        const check = (): void => running.forEach(({ seen }) => assert.ok(removed <= seen))
        for (const step of steps) {
          if (step === 'begin') running.push({ seen: retired, end: leases.take() })
          if (step === 'end') running.splice(running.length >> 1, 1)[0]?.end()
          if (step === 'retire') {
            retired++
            leases.retire(() => removed++)
          }
          check()
        }
        for (const { end } of running.splice(0)) end()
        assert.equal(removed, retired)
      }),
    )
  })
})

describe('lag', () => {
  test('is the time since the acknowledgement of a block that is not loaded', () => {
    const lag = new Lag()
    assert.equal(lag.milliseconds(1000), 0)
    lag.acknowledged(1, 1000)
    lag.acknowledged(2, 1500)
    assert.equal(lag.milliseconds(1700), 700)
    lag.loaded(1, 1800)
    assert.equal(lag.milliseconds(2000), 200)
    lag.loaded(2, 2000)
    assert.equal(lag.milliseconds(3000), 0)
    lag.acknowledged(2, 3000)
    assert.equal(lag.milliseconds(4000), 0)
  })

  test('gives the time until which everything acknowledged is loaded, also while blocks keep arriving', () => {
    const lag = new Lag()
    assert.equal(lag.completeTo(1000), 1000)
    lag.acknowledged(1, 1000)
    lag.acknowledged(2, 1500)
    assert.equal(lag.completeTo(1700), 1000)
    lag.loaded(1, 1800)
    lag.acknowledged(3, 1900)
    assert.equal(lag.completeTo(1900), 1000)
    lag.loaded(2, 2000)
    assert.equal(lag.completeTo(2000), 1800)
    lag.loaded(3, 2100)
    assert.equal(lag.completeTo(2200), 2200)
  })
})
