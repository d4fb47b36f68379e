import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { checkTag, tagOf } from '../src/agent-tag.ts'
import { decodeBase58, encodeBase58 } from '../src/base58.ts'
import { decodeBase64url, encodeBase64url } from '../src/base64url.ts'
import { keyOfId } from '../src/did-key.ts'
import { agentIdOf, agentNameOf, agentTag, aliasOf, publicKeyOf } from '../src/index.ts'
import { cshake128, keccakF1600 } from '../src/keccak.ts'
import { fromHex, testSigner, toHex } from './node-crypto.ts'

const didKey = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK'

test('the name of an agent is an alias of its own scheme, and what is no name is none', () => {
  assert.equal(aliasOf('writer'), 'vagus:writer')
  const nameOf = (...alsoKnownAs: readonly string[]) => agentNameOf({ alsoKnownAs })
  assert.deepEqual([nameOf('https://example.com/w', aliasOf('writer')), nameOf()], ['writer', undefined])
  for (const name of ['a,b', 'A', '-a', 'a'.repeat(64)]) assert.equal(nameOf(aliasOf(name)), undefined)
})

describe('base58btc and base64url', () => {
  test('base58btc writes the examples of draft-msporny-base58-03 §5', () => {
    const text = (value: string): Uint8Array => new TextEncoder().encode(value)
    assert.equal(encodeBase58(text('Hello World!')), '2NEpo7TZRRrLZSi2U')
    assert.equal(
      encodeBase58(text('The quick brown fox jumps over the lazy dog.')),
      'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z',
    )
    assert.equal(encodeBase58(fromHex('0000287fb4cd')), '11233QC4')
  })

  test('both round-trip any octets, zeros in front included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(4), (octets, zeros) => {
        const any = Uint8Array.from([...Array.from({ length: zeros }, () => 0), ...octets])
        assert.deepEqual(decodeBase58(encodeBase58(any)), any)
        assert.equal(encodeBase64url(any), Buffer.from(any).toString('base64url'))
        assert.deepEqual(decodeBase64url(encodeBase64url(any)), any)
      }),
    )
  })

  test('base64url accepts one text for one content (RFC 4648 §3.5)', () => {
    assert.deepEqual(decodeBase64url('_w'), Uint8Array.of(255))
    for (const [text, code] of [
      ['_x', 'not-canonical'],
      ['_', 'malformed'],
      ['_w==', 'malformed'],
      ['+w', 'malformed'],
      ['é_', 'malformed'],
    ] as const)
      assert.throws(() => decodeBase64url(text), { code }, text)
  })
})

describe('did:key', () => {
  test('reads and writes the pair of the specification', { skip: needsData('vectors/did-key') }, () => {
    const pair = JSON.parse(readFileSync(dataPath('vectors/did-key/ed25519-x25519.json'), 'utf8')) as {
      did: string
      ed25519PublicKeyHex: string
    }
    assert.equal(toHex(keyOfId(pair.did)), pair.ed25519PublicKeyHex)
    assert.equal(agentIdOf(fromHex(pair.ed25519PublicKeyHex)), pair.did)
  })

  test('reads Ed25519 names and refuses those of other kinds of keys', { skip: needsData('vectors/did-key') }, () => {
    const ids = readFileSync(dataPath('vectors/did-key/ids.txt'), 'utf8').trim().split('\n')
    assert.equal(ids.length, 8)
    for (const id of ids) {
      if (id.startsWith('did:key:z6Mk')) assert.equal(agentIdOf(keyOfId(id)), id)
      else assert.throws(() => keyOfId(id), { code: 'malformed' }, id)
    }
  })

  test('no other text of a name is accepted', () => {
    assert.deepEqual(publicKeyOf(didKey), keyOfId(didKey))
    assert.ok('because' in publicKeyOf('did:web:example.com'))
    const rows = [`${didKey}#key`, didKey.replace('key', 'KEY'), didKey.replace('z6', '16'), didKey.slice(0, -1), '']
    for (const row of [...rows, didKey.replace('K', 'l'), 'did:web:example.com', didKey.replace('z6Mk', 'z6LS')])
      assert.throws(() => keyOfId(row), { code: 'malformed' }, row)
  })

  test('a point of small order is no key', () => {
    const points = [
      `01${'00'.repeat(31)}`,
      '00'.repeat(32),
      `${'00'.repeat(31)}80`,
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      `ec${'ff'.repeat(30)}7f`,
      `ed${'ff'.repeat(30)}7f`,
      `ee${'ff'.repeat(30)}7f`,
    ]
    for (const point of points) {
      assert.equal(eightTimes(fromHex(point)), 1n, `${point} times eight is the neutral point`)
      assert.throws(() => keyOfId(agentIdOf(fromHex(point))), { code: 'key' })
    }
    assert.notEqual(eightTimes(testSigner(1).publicKey), 1n)
  })
})

/** The y of eight times the point of Ed25519 that `octets` write (RFC 8032 §5.1); 1 is the neutral point. */
function eightTimes(octets: Uint8Array): bigint {
  const p = 2n ** 255n - 19n
  const modulo = (value: bigint): bigint => ((value % p) + p) % p
  const power = (base: bigint, exponent: bigint): bigint =>
    exponent === 0n ? 1n : modulo(power(modulo(base * base), exponent / 2n) * (exponent % 2n ? base : 1n))
  const over = (a: bigint, b: bigint): bigint => modulo(a * power(modulo(b), p - 2n))
  const d = over(-121665n, 121666n)
  let y = modulo(BigInt(`0x${toHex(Uint8Array.from(octets).reverse())}`) % 2n ** 255n)
  let xSquared = over(y * y - 1n, d * y * y + 1n)
  for (let times = 0; times < 3; times++) {
    const product = modulo(d * xSquared * y * y)
    const sum = modulo(y * y + xSquared)
    xSquared = over(4n * xSquared * y * y, (1n + product) ** 2n)
    y = over(sum, 1n - product)
  }
  return y
}

describe('cSHAKE128', () => {
  test('gives sample 1 of NIST SP 800-185', () => {
    const output = cshake128(fromHex('00010203'), new TextEncoder().encode('Email Signature'), 32)
    assert.equal(toHex(output), 'c1c36925b6409a04f1b504fcbca9d82b4017277cb5ed2b2065fc1d3814d5aaf5')
  })

  test('permutes as SHA3-256 of node:crypto does, over several blocks', () => {
    const message = Uint8Array.from({ length: 300 }, (_, n) => n)
    const padded = new Uint8Array(136 * 3)
    padded.set(message)
    padded[300]! ^= 0x06
    padded[407]! ^= 0x80
    const state = new Uint32Array(50)
    const octets = new Uint8Array(state.buffer)
    for (let block = 0; block < 3; block++) {
      for (let n = 0; n < 136; n++) octets[n]! ^= padded[block * 136 + n]!
      keccakF1600(state)
    }
    assert.equal(toHex(octets.slice(0, 32)), createHash('sha3-256').update(message).digest('hex'))
  })
})

interface Tags {
  readonly contextId: string
  readonly vectors: readonly { readonly det: string; readonly hi: string; readonly raa: number; readonly hda: number }[]
  readonly rfcForm: Tags['vectors']
}

describe('agent tag', () => {
  const skip = needsData('vectors/det-rfc9374.json')
  const read = (): Tags => JSON.parse(readFileSync(dataPath('vectors/det-rfc9374.json'), 'utf8')) as Tags

  test('has the layout and the hash of a DRIP entity tag (RFC 9374 §3)', { skip }, () => {
    const { contextId, rfcForm } = read()
    for (const { det, hi, raa, hda } of rfcForm) {
      const space = { prefix: 0x2001003, context: fromHex(contextId) }
      assert.equal(toHex(tagOf(fromHex(hi), raa * 2 ** 14 + hda, space)), det)
    }
  })

  test(
    'the published tags, whose early generator hashed the digits of the bits, come out of the same hash',
    { skip },
    () => {
      const { contextId, vectors } = read()
      assert.equal(vectors.length, 5)
      for (const { det, hi } of vectors) {
        const bits = BigInt(`0x${det.slice(0, 16)}`)
          .toString(2)
          .padStart(64, '0')
        const hash = cshake128(new Uint8Array([...fromHex(bits), ...fromHex(hi)]), fromHex(contextId), 8)
        assert.equal(toHex(hash), det.slice(16))
      }
    },
  )

  test('is an IPv6 address under our prefix, and names its organisation', () => {
    const { publicKey } = testSigner(1)
    for (const organisation of [0, 1, 0x1234567, 2 ** 28 - 1]) {
      const tag = agentTag(agentIdOf(publicKey), organisation)
      assert.ok(typeof tag === 'string')
      assert.match(tag, /^fd76:616[0-9a-f]:/)
      assert.equal(checkTag(tag, publicKey), organisation)
      assert.throws(() => checkTag(tag, testSigner(2).publicKey), { code: 'tag' })
    }
    assert.throws(() => tagOf(publicKey, 2 ** 28), RangeError)
    assert.throws(() => checkTag('10.0.0.1', publicKey), { code: 'tag' })
    assert.throws(() => checkTag('nothing', publicKey), { code: 'malformed' })
    assert.deepEqual(agentTag('did:web:example.com', 0), {
      type: 'refused',
      because: {
        code: 'malformed',
        problem: '"did:web:example.com" is no agent id; one looks like did:key:z6Mk… (56 characters)',
      },
    })
  })
})
