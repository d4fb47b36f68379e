import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { refused } from '@vagus/brski'
import { decodeBase64Body, decodeBody, encodeBase64Body, encodeBody, encodingOf } from '../src/http/body-encoding.ts'
import { RateLimit } from '../src/http/rate-limit.ts'
import { AnsweredRequests } from '../src/registrar/answered-requests.ts'

describe('a rate limit', () => {
  test('lets at most a minute of requests through at once, then as many as come by with time', () => {
    const times = fc.array(fc.nat(5000), { maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), times, (perMinute, waits) => {
        const limit = new RateLimit(perMinute)
        let now = 0
        let passed = 0
        for (const wait of waits) {
          now += wait
          if (limit.take('a', now) === 0) passed += 1
        }
        assert.ok(passed <= perMinute + (now * perMinute) / 60_000 + 1e-9, `${passed} in ${now} ms`)
      }),
    )
  })
  test('says how long to wait, and that is enough', () => {
    const limit = new RateLimit(3)
    assert.deepEqual(
      [1, 2, 3].map(() => limit.take('a', 0)),
      [0, 0, 0],
    )
    const seconds = limit.take('a', 0)
    assert.equal(seconds, 20)
    assert.equal(limit.take('b', 0), 0, 'others are not held up')
    assert.equal(limit.take('a', seconds * 1000), 0)
  })
  test('does not mind a clock that goes back', () => {
    const limit = new RateLimit(1)
    assert.equal(limit.take('a', 60_000), 0)
    assert.notEqual(limit.take('a', 0), 0)
  })
  test('forgets who asked least recently, past its 4096 buckets', () => {
    const limit = new RateLimit(1)
    limit.take('first', 0)
    for (let count = 0; count < 4095; count++) limit.take(`${count}`, 0)
    assert.notEqual(limit.take('first', 0), 0, 'still known')
    for (let count = 0; count < 4096; count++) limit.take(`more ${count}`, 0)
    assert.equal(limit.take('first', 0), 0, 'forgotten')
  })
})

describe('answered requests', () => {
  const cms = Uint8Array.of(1)
  const voucher = Uint8Array.of(9)
  const box = { serialNumber: 'BOX-1', nonce: 'n', cms }

  test('fetch once for the same octets, also while the answer is on its way', async () => {
    const answered = new AnsweredRequests()
    let fetched = 0
    const fetch = async (): Promise<Uint8Array> => {
      fetched += 1
      return voucher
    }
    const all = await Promise.all([answered.voucherFor(box, 0, fetch), answered.voucherFor(box, 0, fetch)])
    assert.deepEqual([...all, await answered.voucherFor(box, 1, fetch)], [voucher, voucher, voucher])
    assert.equal(fetched, 1)
    const other = await answered.voucherFor({ ...box, cms: Uint8Array.of(2) }, 1, fetch)
    assert.ok(typeof other === 'object' && 'type' in other && other.because.code === 'nonce')
    const sameNonce = await answered.voucherFor({ ...box, serialNumber: 'BOX-2', cms: Uint8Array.of(2) }, 1, fetch)
    assert.equal(sameNonce, voucher, 'another box may draw the same nonce')
  })

  test('fetch again after a refusal, a failure, or "later"', async () => {
    const answered = new AnsweredRequests()
    assert.equal(await answered.voucherFor(box, 0, async () => 'later'), 'later')
    await assert.rejects(
      answered.voucherFor(box, 0, () => Promise.reject(new Error('broken'))),
      /broken/,
    )
    await answered.voucherFor(box, 0, async () => refused('masa', 'no'))
    assert.equal(await answered.voucherFor(box, 0, async () => voucher), voucher)
  })

  test('forget the oldest past 1024, and each after four days', async () => {
    const answered = new AnsweredRequests()
    const ask = (nonce: string, now: number, octet = 1) =>
      answered.voucherFor({ ...box, nonce, cms: Uint8Array.of(octet) }, now, async () => voucher)
    for (let count = 0; count < 1025; count++) await ask(`${count}`, 0)
    assert.equal(await ask('0', 0, 2), voucher, 'forgotten, so that other octets are new')
    assert.notEqual(await ask('1024', 0, 2), voucher)
    assert.equal(await ask('1024', 4 * 24 * 3_600_000, 2), voucher)
  })
})

describe('bodies', () => {
  test('in both encodings are told apart and read back', () => {
    const cms = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((content) => Uint8Array.of(0x30, 0x82, ...content))
    fc.assert(
      fc.property(cms, fc.constantFrom('binary' as const, 'base64' as const), (octets, encoding) => {
        const body = encodeBody(octets, encoding)
        assert.equal(encodingOf(body), encoding)
        assert.deepEqual(Uint8Array.from(decodeBody(body, [encoding])!), octets)
        assert.equal(decodeBody(body, encoding === 'binary' ? ['base64'] : ['binary']), undefined)
        assert.deepEqual(Uint8Array.from(decodeBase64Body(encodeBase64Body(octets))!), octets)
      }),
    )
  })
  test('that are no base64 are refused', () => {
    for (const text of ['', '=', 'A', 'AAA', 'A=AA', 'AA-_', 'AAAA===='])
      assert.equal(decodeBase64Body(Buffer.from(text)), undefined, text)
  })
})
