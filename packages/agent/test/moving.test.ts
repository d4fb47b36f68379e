import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DecodeError } from '@vagus/wire'
import fc from 'fast-check'
import { decodeMove, encodeMove, maxMoveGap, movingAt } from '../src/link/moving.ts'

const now = 1_790_000_000_000
const sent = (at: number, to: string | undefined, gap: number) => movingAt(at, { to, gap }, now)

describe('an announced move', () => {
  test('is the same to the other end, by its own clock', () => {
    const moving = sent(now + 5000, 'wwan0', 300)
    assert.deepEqual(moving, { by: 'us', to: 'wwan0', at: now + 5000, gap: 300, until: now + 7300 })
    const later = now + 86_400_000
    const read = decodeMove(encodeMove(moving, now), later)
    assert.deepEqual(read, { by: 'peer', to: 'wwan0', at: later + 5000, gap: 300, until: later + 7300 })
    assert.equal(decodeMove(encodeMove(undefined, now), now), undefined)
    assert.equal(decodeMove(encodeMove(sent(now + 0.5, '5g', 2.5), now), now)?.gap, 3)
  })

  test('is laid out as in the table', () => {
    const octets = Buffer.from(encodeMove(sent(now + 256, '5g', 3), now)).toString('hex')
    assert.equal(octets, '00000100000008d300000003023567')
  })

  test('names a network, never an address', () => {
    for (const to of ['10.2.0.1', '10.2.0.0/16', 'fe80::1', '192.0.2.7', '', 'a b', 'x'.repeat(33)])
      assert.equal(sent(now, to, 0).to, undefined, to)
    for (const to of ['wlan0', '5g', 'eth0.100x', 'Wi-Fi']) assert.equal(sent(now, to, 0).to, to)
  })

  test('excuses no more than it may, whatever the other end says', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff })
    fc.assert(
      fc.property(number, number, number, fc.string({ maxLength: 200 }), (inMs, holds, gap, to) => {
        const name = Buffer.from(to).subarray(0, 255)
        const octets = Buffer.alloc(13 + name.length)
        for (const [at, value] of [inMs, holds, gap].entries()) octets.writeUInt32BE(value, at * 4)
        octets[12] = name.length
        octets.set(name, 13)
        const read = decodeMove(octets, now)
        assert.equal(read === undefined, holds === 0)
        if (read === undefined) return
        assert.ok(read.gap <= maxMoveGap && read.at <= now + 3_600_000 && read.until <= read.at + read.gap + 2000)
        assert.match(read.to ?? 'x', /^[A-Za-z0-9][\w.-]{0,31}$/)
      }),
    )
  })

  test('of random octets throws nothing but that they cannot be read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        try {
          decodeMove(octets, now)
        } catch (error) {
          assert.ok(error instanceof DecodeError)
        }
      }),
    )
  })
})
