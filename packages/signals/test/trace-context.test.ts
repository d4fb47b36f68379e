import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readTraceparent, traceparentOf } from '../src/index.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

describe('traceparent (W3C Trace Context, §3.2)', () => {
  test('says trace, span and whether it is sampled', () => {
    const text = `00-${traceId}-${spanId}-01`
    assert.deepEqual(readTraceparent(text), { traceId, spanId, sampled: true, text })
    assert.equal(readTraceparent(`00-${traceId}-${spanId}-fe`)?.sampled, false)
  })
  test('of a later version is read as far as it is known', () => {
    assert.equal(readTraceparent(`cc-${traceId}-${spanId}-01-what-comes-then`)?.spanId, spanId)
    assert.equal(readTraceparent(`cc-${traceId}-${spanId}-01.what`), undefined)
  })
  const none = {
    'of version ff': `ff-${traceId}-${spanId}-01`,
    'of version 00 with more behind it': `00-${traceId}-${spanId}-01-more`,
    'with a trace of zeros': `00-${'0'.repeat(32)}-${spanId}-01`,
    'with a span of zeros': `00-${traceId}-${'0'.repeat(16)}-01`,
    'in upper case': `00-${traceId.toUpperCase()}-${spanId}-01`,
    'that is too short': `00-${traceId}-${spanId}`,
    'that is empty': '',
    'that is very long': `cc-${traceId}-${spanId}-01-${'x'.repeat(300)}`,
  }
  for (const [what, text] of Object.entries(none)) {
    test(`${what} is none`, () => assert.equal(readTraceparent(text), undefined))
  }
  test('comes back as it was written, and nothing makes it throw', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.string(), (sampled, junk) => {
        const read = readTraceparent(traceparentOf({ traceId, spanId, sampled }))
        assert.deepEqual([read?.traceId, read?.spanId, read?.sampled], [traceId, spanId, sampled])
        readTraceparent(junk)
      }),
    )
  })
  test('with one character changed is read as that, or not at all', () => {
    const whole = traceparentOf({ traceId, spanId, sampled: true })
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const changed = whole.slice(0, at) + character + whole.slice(at + 1)
        const read = readTraceparent(changed)
        if (read !== undefined) assert.match(changed, /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
      }),
    )
  })
})
