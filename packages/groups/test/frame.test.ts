/** What members tell each other, as octets. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeFrame, encodeFrame, type Frame } from '../src/index.ts'

const octets = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const number = fc.nat()
const row = fc.record({ log: octets(16), seq: number, state: fc.constantFrom('has' as const, 'again' as const) })
const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant('have' as const),
    extent: fc.constantFrom('whole' as const, 'changes' as const),
    rows: fc.array(row),
  }),
  fc.record({ type: fc.constantFrom('entry' as const, 'stub' as const), octets: fc.uint8Array() }),
  fc.record({
    type: fc.constant('key' as const),
    log: octets(16),
    number,
    from: number,
    link: octets(32),
    verify: octets(32),
    since: number,
    lostFrom: number,
    lostTo: number,
  }),
  fc.record({ type: fc.constant('keyed' as const), log: octets(16), number }),
)

describe('a frame', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const read = decodeFrame(encodeFrame({ group: 'operator', frame }))
        assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify({ group: 'operator', frame })))
      }),
    )
  })

  test('has these octets: keyed, of the key 2 of a log of zeros', () => {
    const frame: Frame = { type: 'keyed', log: new Uint8Array(16), number: 2 }
    assert.equal(Buffer.from(encodeFrame({ group: 'a', frame })).toString('hex'), `8405616150${'00'.repeat(16)}02`)
  })

  test('that is none is refused with what would be right', () => {
    const wrong =
      (hex: string): (() => unknown) =>
      () =>
        decodeFrame(new Uint8Array(Buffer.from(hex, 'hex')))
    assert.throws(wrong('820661610000'), /./)
    assert.throws(wrong('82066161'), /the kind of a frame must be 1\.\.5/)
    assert.throws(wrong('8405616142000002'), /the log must have 16 octets/)
    assert.throws(wrong('01'), /a frame must be a list of at most 10/)
  })

  test('of random octets is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        try {
          decodeFrame(random)
        } catch (error) {
          assert.equal((error as Error).name, 'DecodeError')
        }
      }),
    )
  })
})
