import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PathMark, quietMs, serviceNames, services } from '../src/index.ts'

const dscpOf = (name: (typeof serviceNames)[number]): number => services[name].dscp

describe('the mark of a path', () => {
  test('is none before the first content', () => {
    assert.equal(new PathMark().of(undefined, 0), 0)
  })
  test('rises at once, and packets of less urgent content and acknowledgements have the same', () => {
    const mark = new PathMark()
    assert.equal(mark.of('bulk', 0), dscpOf('bulk'))
    assert.equal(mark.of('control', 1), dscpOf('control'))
    assert.equal(mark.of('bulk', 2), dscpOf('control'))
    assert.equal(mark.of(undefined, 3), dscpOf('control'))
  })
  test('falls when nothing as urgent was sent for a while, to the most urgent since', () => {
    const mark = new PathMark()
    mark.of('safety', 0)
    mark.of('call', 10)
    assert.equal(mark.of('bulk', quietMs - 1), dscpOf('safety'))
    assert.equal(mark.of('bulk', quietMs), dscpOf('call'))
    assert.equal(mark.of('bulk', 2 * quietMs), dscpOf('bulk'))
  })
  test('stays while only acknowledgements are sent', () => {
    const mark = new PathMark()
    mark.of('control', 0)
    assert.equal(mark.of(undefined, 100 * quietMs), dscpOf('control'))
  })
  test('is never below that of its content, at any time, and falls at most once a while', () => {
    const step = fc.record({
      name: fc.option(fc.constantFrom(...serviceNames), { nil: undefined }),
      after: fc.nat(3 * quietMs),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const mark = new PathMark()
        const rankOf = (dscp: number): number => serviceNames.findIndex((name) => dscpOf(name) === dscp)
        let now = 0
        let last = serviceNames.length
        let fellAt = -Infinity
        for (const { name, after } of steps) {
          now += after
          const dscp = mark.of(name, now)
          const rank = dscp === 0 ? serviceNames.length : rankOf(dscp)
          if (name !== undefined) assert.ok(rank <= serviceNames.indexOf(name))
          if (rank > last) {
            assert.ok(now - fellAt >= quietMs)
            fellAt = now
          }
          last = rank
        }
      }),
    )
  })
})
