/** Keys come and go, issuers do not answer, and strangers make up tokens: how often an issuer is asked, and what of. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Fetch, Issuer } from '../src/index.ts'
import { clientId, issuerName, makeKey, sign, start, TestIssuer } from './issuer-at.ts'

const [one, two] = await Promise.all([makeKey('one'), makeKey('two')])
const id = { audience: [clientId], kind: 'id' } as const
const long = { exp: start / 1000 + 1_000_000 }

function meet() {
  const there = new TestIssuer([one])
  let goesOn = Promise.resolve()
  const fetch: Fetch = async (url, init) => {
    const answer = await there.fetch(url, init)
    await goesOn
    return answer
  }
  const issuer = new Issuer({ issuer: issuerName, fetch })
  /** It answers nothing until then. */
  const hang = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    goesOn = promise
    return resolve
  }
  const verdict = async (token: string, now: number): Promise<string> => {
    const answer = await issuer.verify(token, id, now)
    return 'refused' in answer ? answer.refused : 'believed'
  }
  return { there, issuer, verdict, hang }
}

describe('the keys of an issuer', () => {
  test('are fetched once, also for a hundred at once', async () => {
    const { there, verdict } = meet()
    const token = await sign(one)
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verdict(token, start)))
    assert.deepEqual(new Set(verdicts), new Set(['believed']))
    assert.equal(there.asksOf('/keys'), 1)
  })
  test('rotate: a token with a new key is believed ten seconds after the last look at the latest', async () => {
    const { there, verdict } = meet()
    assert.equal(await verdict(await sign(one, long), start), 'believed')
    there.keys = [one.jwk, two.jwk]
    const token = await sign(two, long)
    assert.equal(await verdict(token, start + 9000), 'unknown-key')
    assert.equal(await verdict(token, start + 10_000), 'believed')
  })
  test('are asked for every ten seconds at most, whatever tokens are made up', async () => {
    const { there, verdict } = meet()
    for (let at = 0; at < 120_000; at += 500) await verdict(await sign(two, long, { kid: `k${at}` }), start + at)
    assert.equal(there.asksOf('/keys'), 12)
  })
  test('that are fresh hold nobody up while made-up tokens have a slow issuer asked', async () => {
    const { there, issuer, verdict, hang } = meet()
    assert.equal(await verdict(await sign(one, long), start), 'believed')
    const goOn = hang()
    const madeUp = verdict(await sign(two, long), start + 10_000)
    while (there.asksOf('/keys') < 2) await new Promise(setImmediate)
    const good = issuer.verify(await sign(one, long), id, start + 10_001)
    await good // would never come if it waited for the issuer
    goOn()
    assert.equal(await madeUp, 'unknown-key')
  })
  test('no longer count ten minutes after the issuer took them back', async () => {
    const { there, verdict } = meet()
    const token = await sign(one, long)
    assert.equal(await verdict(token, start), 'believed')
    there.keys = [two.jwk]
    assert.equal(await verdict(token, start + 600_001), 'unknown-key')
  })
  test('count for an hour while the issuer does not answer, and again when it does', async () => {
    const { there, verdict } = meet()
    const token = await sign(one, long)
    assert.equal(await verdict(token, start), 'believed')
    there.state = 'down'
    assert.equal(await verdict(token, start + 3_600_000), 'believed')
    assert.equal(await verdict(token, start + 3_600_001), 'unavailable')
    there.state = 'up'
    assert.equal(await verdict(token, start + 3_640_000), 'believed')
  })
})

describe('a key set that is a bomb', () => {
  const unavailable = async (change: (there: TestIssuer) => void): Promise<void> => {
    const { there, issuer } = meet()
    change(there)
    const answer = await issuer.verify(await sign(one), id, start)
    assert.ok('refused' in answer)
    assert.equal(answer.refused, 'unavailable')
    assert.ok(answer.detail.length < 300, answer.detail)
  }
  test('of too many octets is left after 256 KiB', async () => {
    let taken = 0
    const endless = new ReadableStream({
      pull(sink) {
        taken += 65_536
        sink.enqueue(new Uint8Array(65_536).fill(0x20))
      },
    })
    await unavailable((there) => {
      there.answer = (url) => (url.endsWith('/keys') ? new Response(endless) : undefined)
    })
    assert.ok(taken <= 8 * 65_536, `${taken} octets were taken`)
  })
  test('of a thousand keys has 64', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => ({ ...two.jwk, kid: `k${at}` }))
    const { there, verdict } = meet()
    there.keys = [...many, one.jwk]
    assert.equal(await verdict(await sign(one), start), 'unknown-key')
    assert.equal(await verdict(await sign(two, {}, { kid: 'k63' }), start), 'believed')
  })
  test('of secrets, keys for encryption and moduli of 100,000 bits has none', async () => {
    await unavailable((there) => {
      there.keys = [
        { kty: 'oct', k: 'c2VjcmV0', kid: 'one' },
        { ...one.jwk, use: 'enc' },
        { kty: 'RSA', n: 'x'.repeat(16_667), e: 'AQAB', kid: 'one' },
        { kty: 'RSA', n: 'x'.repeat(342), e: 'x'.repeat(300), kid: 'one' },
        null,
        'one',
      ]
    })
  })
  test('of nothing, or elsewhere, is none', async () => {
    await unavailable((there) => (there.keys = 'none'))
    await unavailable((there) => {
      there.answer = (url) =>
        url.endsWith('/keys')
          ? new Response(null, { status: 302, headers: { location: 'http://127.0.0.1/' } })
          : undefined
    })
  })
})

describe('what an issuer says of itself', () => {
  const refusedBy = async (change: (there: TestIssuer) => void): Promise<string> => {
    const { there, issuer } = meet()
    change(there)
    const answer = await issuer.metadata(start)
    return 'refused' in answer ? answer.detail : 'believed'
  }
  test('is of itself, to the character (RFC 8414 §3.3)', async () => {
    assert.match(await refusedBy((there) => (there.metadata['issuer'] = `${issuerName}/`)), /calls itself otherwise/)
  })
  test('has keys over https only', async () => {
    assert.match(await refusedBy((there) => (there.metadata['jwks_uri'] = 'http://id.example/k')), /over https/)
    assert.match(await refusedBy((there) => (there.metadata['jwks_uri'] = 'file:///etc/passwd')), /over https/)
  })
  test('is found where RFC 8414 §3.1 has it, too', async () => {
    const there = new TestIssuer([one])
    const name = `${issuerName}/tenant`
    there.answer = (url) =>
      url === `${issuerName}/.well-known/oauth-authorization-server/tenant`
        ? Response.json({ ...there.metadata, issuer: name })
        : undefined
    const found = await new Issuer({ issuer: name, fetch: there.fetch }).metadata(start)
    assert.ok('jwksUri' in found)
  })
  test('that is an hour old goes on to count, and holds nobody up, while there is no newer one', async () => {
    const { there, issuer, hang } = meet()
    await issuer.metadata(start)
    const goOn = hang()
    there.metadata = { ...there.metadata, token_endpoint: `${issuerName}/token` }
    const old = await issuer.metadata(start + 3_600_001) // would never come if it waited
    assert.ok('jwksUri' in old)
    assert.equal(there.asksOf('/.well-known/openid-configuration'), 2)
    goOn()
    await sleep(0)
    const newest = await issuer.metadata(start + 3_600_002)
    assert.equal('tokenEndpoint' in newest && newest.tokenEndpoint, `${issuerName}/token`)
  })
  test('is asked for again after five seconds when it was not to be had', async () => {
    const { there, verdict } = meet()
    there.state = 'down'
    const token = await sign(one)
    for (let at = 0; at < 5000; at += 100) assert.equal(await verdict(token, start + at), 'unavailable')
    assert.equal(there.asksOf('/.well-known/openid-configuration'), 1)
    there.state = 'up'
    assert.equal(await verdict(token, start + 5000), 'believed')
  })
})
