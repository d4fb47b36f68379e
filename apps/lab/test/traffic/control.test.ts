import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ControlRequest, parseRequest } from '../../src/traffic/control.ts'

const requests: readonly ControlRequest[] = [
  { command: 'stats' },
  { command: 'surge', to: 'transit', seconds: 60, factor: 3 },
  { command: 'surge', from: 'office', to: 'transit', seconds: 60, bitsPerSecond: 5_000_000 },
]
const rejects: readonly (readonly [string, RegExp])[] = [
  ['{}', /"command" must be stats or surge/],
  ['{"command":"surge","seconds":1,"factor":2}', /"to" must be a string/],
  ['{"command":"surge","to":"x","factor":2}', /"seconds" must be a number/],
  ['{"command":"surge","to":"x","seconds":1}', /"factor" or "bitsPerSecond", and not both/],
  ['{"command":"surge","to":"x","seconds":1,"factor":2,"bitsPerSecond":3}', /and not both/],
  ['{"command":"surge","to":"x","seconds":1,"factor":"2"}', /"factor" must be a number/],
  ['{"command":"stop"}', /"command" must be stats or surge/],
]

describe('a request to a generator', () => {
  for (const request of requests) {
    test(`${JSON.stringify(request)} is understood`, () => {
      assert.deepEqual(parseRequest(request), request)
    })
  }

  for (const [text, message] of rejects) {
    test(`${text} is refused with what would be right`, () => {
      assert.throws(() => parseRequest(JSON.parse(text) as object as Readonly<Record<string, unknown>>), {
        name: 'RangeError',
        message,
      })
    })
  }

  test('is refused by nothing but RangeError, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        try {
          parseRequest(value)
        } catch (error) {
          assert.ok(error instanceof RangeError)
        }
      }),
    )
  })
})
