import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  channelCrypto,
  dhKeyOf,
  identityCrypto,
  kemKeyOf,
  newDhKey,
  newKemKey,
  randomOctets,
  signerOf,
} from '../src/index.ts'
import { borrowedBelow } from '@vagus/channel'
import { loadDerivations, nodeDerivations } from '../src/derivations.ts'
import { loadEvp } from '../src/evp.ts'
import { longMemory } from '../src/long-memory.ts'
import { packetIsSent, packetMemory } from '../src/packet-memory.ts'
import { evpKeys, nodeKeys } from '../src/aes-keys.ts'
import { directDhKey, nodeDhKey } from '../src/key-agreement.ts'
import { importPrivateKey } from '../src/key-forms.ts'
import { PublicKeys } from '../src/public-keys.ts'
import { x25519 } from '../src/x25519.ts'

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex')
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('X25519', () => {
  test('agrees on the secret of RFC 7748 §6.1', () => {
    const alice = dhKeyOf(fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'))
    const bob = dhKeyOf(fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'))
    assert.equal(toHex(alice.publicKey), '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a')
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    assert.equal(toHex(alice.agree(bob.publicKey)), shared)
    assert.equal(toHex(bob.agree(alice.publicKey)), shared)
  })

  test('agrees on nothing with a point of low order, and not with octets of another length', () => {
    assert.equal(newDhKey().agree(new Uint8Array(32)), undefined)
    assert.throws(() => newDhKey().agree(new Uint8Array(31)), /a key has 32 octets, not 31/)
    assert.throws(() => dhKeyOf(new Uint8Array(33)), /has 32 octets, not 33/)
  })

  test(
    'is the same over OpenSSL as over node:crypto',
    { skip: x25519 === undefined && 'OpenSSL is hidden here' },
    () => {
      for (let round = 0; round < 20; round++) {
        const [secret, other] = [randomOctets(32), newDhKey().publicKey]
        const [direct, node] = [directDhKey(x25519!, secret), nodeDhKey(importPrivateKey('x25519', secret))]
        assert.equal(toHex(direct.publicKey), toHex(node.publicKey))
        assert.equal(toHex(direct.agree(other)), toHex(node.agree(other)))
        // RFC 7748 §5: the highest bit of a point is passed over.
        const withHighBit = other.slice()
        withHighBit[31]! |= 0x80
        assert.equal(toHex(direct.agree(withHighBit)), toHex(node.agree(other)))
      }
      // Points of low order, and the same not reduced (RFC 7748 §6.1).
      for (const low of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`, `ed${'ff'.repeat(30)}7f`]) {
        assert.equal(directDhKey(x25519!, randomOctets(32)).agree(fromHex(low)), undefined)
        assert.equal(nodeDhKey(importPrivateKey('x25519', randomOctets(32))).agree(fromHex(low)), undefined)
      }
    },
  )
})

describe('ML-KEM-768', () => {
  test('a key follows from its seed, and both sides have the same octets', () => {
    const seed = new Uint8Array(64).fill(7)
    const key = kemKeyOf(seed)
    assert.deepEqual(kemKeyOf(seed).publicKey, key.publicKey)
    assert.equal(key.publicKey.length, 1184)
    const encapsulation = channelCrypto.encapsulate(key.publicKey)
    assert.equal(encapsulation?.ciphertext.length, 1088)
    assert.deepEqual(kemKeyOf(seed).decapsulate(encapsulation.ciphertext), encapsulation.sharedSecret)
    assert.notDeepEqual(newKemKey().publicKey, newKemKey().publicKey)
  })

  test('octets that are no key are not answered (FIPS 203 §7.2)', () => {
    assert.equal(channelCrypto.encapsulate(new Uint8Array(1184).fill(0xff)), undefined)
    assert.equal(channelCrypto.encapsulate(new Uint8Array(1183)), undefined)
  })
})

describe('AES-256-GCM, HKDF, SHA-256', () => {
  test('is the same over OpenSSL as over node:crypto', () => {
    const [secret, nonce, message] = [randomOctets(32), randomOctets(12), randomOctets(300)]
    const sealed = nodeKeys.aead(secret).seal(nonce, text('header'), message)
    assert.equal(toHex(channelCrypto.aead(secret).seal(nonce, text('header'), message)), toHex(sealed))
    assert.equal(toHex(nodeKeys.aead(secret).open(nonce, text('header'), sealed)), toHex(message))
    assert.equal(nodeKeys.aead(secret).open(nonce, text('other'), sealed), undefined)
  })

  test('seals test case 14 of the GCM specification, and opens it', () => {
    const key = channelCrypto.aead(new Uint8Array(32))
    const sealed = key.seal(new Uint8Array(12), new Uint8Array(0), new Uint8Array(16))
    assert.equal(toHex(sealed), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
    assert.deepEqual(key.open(new Uint8Array(12), new Uint8Array(0), sealed), new Uint8Array(16))
  })

  test('opens nothing that was changed, whatever was', () => {
    const key = channelCrypto.aead(randomOctets(32))
    const [nonce, associatedData] = [randomOctets(12), text('header')]
    const sealed = key.seal(nonce, associatedData, text('hello'))
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice()
      changed[at]! ^= 1
      assert.equal(key.open(nonce, associatedData, changed), undefined)
    }
    assert.equal(key.open(randomOctets(12), associatedData, sealed), undefined)
    assert.equal(key.open(nonce, text('other'), sealed), undefined)
    for (const length of [0, 15, 16, 20])
      assert.equal(key.open(nonce, associatedData, sealed.slice(0, length)), undefined)
  })

  test('derives test case 3 of RFC 5869', () => {
    const output = channelCrypto.hkdf(new Uint8Array(0), new Uint8Array(22).fill(0x0b), 42)
    const wanted = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8'
    assert.equal(toHex(output), wanted)
  })

  test('both ports hash alike', () => {
    const wanted = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' // FIPS 180-4, "abc"
    assert.equal(toHex(channelCrypto.hash(text('abc'))), wanted)
    assert.equal(toHex(identityCrypto.sha256(text('abc'))), wanted)
  })
})

describe('Ed25519', () => {
  test('what is no key or no signature verifies nothing, and throws nothing', () => {
    const signer = signerOf(randomOctets(32))
    const signature = signer.sign(text('a'))
    assert.ok(identityCrypto.verifyEd25519(signer.publicKey, text('a'), signature))
    assert.ok(!identityCrypto.verifyEd25519(signer.publicKey, text('b'), signature))
    assert.ok(!identityCrypto.verifyEd25519(signer.publicKey, text('a'), signature.slice(1)))
    assert.ok(!identityCrypto.verifyEd25519(signer.publicKey.slice(1), text('a'), signature))
    assert.ok(!identityCrypto.verifyEd25519(new Uint8Array(32).fill(0xff), text('a'), signature))
    assert.throws(() => signerOf(new Uint8Array(31)), /a private key has 32 octets, not 31/)
  })
})

test('of the imported keys the one unused longest goes at the limit', () => {
  const keys = new PublicKeys('x25519', 2)
  const [a, b, c] = [1, 2, 3].map((number) => dhKeyOf(new Uint8Array(32).fill(number)).publicKey)
  const first = keys.get(a!)
  const second = keys.get(b!)
  assert.equal(keys.get(a!), first)
  keys.get(c!)
  assert.equal(keys.size, 2)
  assert.equal(keys.get(a!), first)
  assert.notEqual(keys.get(b!), second)
})

describe('keys of packets', () => {
  const evp = loadEvp()
  const both = evp === undefined ? [nodeKeys] : [nodeKeys, evpKeys(evp)]
  const headerOctets = 13
  const lengths = [0, 1, 15, 16, 17, 1200, borrowedBelow - 1, borrowedBelow, 65_000]
  const draftOf = (length: number): Uint8Array =>
    Uint8Array.from({ length: 3 + headerOctets + length }, (_, index) => index % 251)

  test('OpenSSL and node:crypto make the same packets, in one piece and in several, and open those of each other', () => {
    const [secret, nonce] = [randomOctets(32), randomOctets(12)]
    for (const length of lengths) {
      const draft = draftOf(length)
      const packets = both.flatMap((keys) => {
        const key = keys.packetKey(secret, 0)
        const middle = 3 + headerOctets + (length >> 1)
        const behind = [draft.subarray(middle, middle + 1), draft.subarray(middle + 1), new Uint8Array(0)]
        return [
          key.seal(nonce, draft, 3, 3 + headerOctets, []),
          key.seal(nonce, draft.subarray(0, middle), 3, 3 + headerOctets, length === 0 ? [] : behind),
        ]
      })
      for (const packet of packets) {
        assert.deepEqual(toHex(packet), toHex(packets[0]))
        for (const keys of both) {
          const text = keys.packetKey(secret, 0).open(nonce, packet.subarray(3), headerOctets)
          assert.equal(toHex(text), toHex(draft.subarray(3 + headerOctets)))
        }
      }
    }
  })

  test('open nothing that was changed or cut, and open what is whole afterwards', () => {
    for (const keys of both) {
      const key = keys.packetKey(randomOctets(32), 0)
      const nonce = randomOctets(12)
      const packet = key.seal(nonce, draftOf(40), 3, 3 + headerOctets, []).slice(3)
      for (let at = 0; at < packet.length; at++) {
        const changed = packet.slice()
        changed[at]! ^= 1
        assert.equal(key.open(nonce, changed, headerOctets), undefined)
        assert.equal(key.open(nonce, packet.subarray(0, at), headerOctets), undefined)
      }
      assert.equal(toHex(key.open(nonce, packet, headerOctets)), toHex(draftOf(40).subarray(3 + headerOctets)))
    }
  })

  test('are not taken for each other, in whatever order they are used, also where they lie in one memory', () => {
    const [memory, places] = [randomOctets(3 * 32), [0, 32, 64]]
    const keysOf = (keys: (typeof both)[number]) =>
      places.map((at) => ({ packet: keys.packetKey(memory, at), header: keys.headerKey(memory, at) }))
    const all = both.map((keys) => keysOf(keys))
    for (const index of [0, 0, 1, 0, 2, 1, 1, 2, 0, 2, 2, 1, 0]) {
      const nonce = randomOctets(12)
      const draft = draftOf(50)
      const said = all.map((keys) => {
        const { packet, header } = keys[index]!
        const sealed = packet.seal(nonce, draft, 3, 3 + headerOctets, [])
        const mask = toHex(header.mask(sealed, 20).slice(0, 16))
        const others = keys.map((other) => other.packet.open(nonce, sealed.subarray(3), headerOctets)?.length)
        return { sealed: toHex(sealed), mask, others }
      })
      assert.deepEqual(said.at(-1), said[0])
      assert.deepEqual(
        said[0]!.others,
        places.map((_, other) => (other === index ? 50 : undefined)),
      )
    }
  })

  test('mask a header as FIPS 197 appendix C.3 has it', () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => index)
    const block = fromHex('00112233445566778899aabbccddeeff')
    for (const keys of both) {
      const mask = keys.headerKey(key, 0).mask(block, 0)
      assert.equal(toHex(mask.subarray(0, 16)), '8ea2b7ca516745bfeafc49904b496089')
    }
  })
})

describe('derivations, by OpenSSL and by node:crypto', () => {
  const both = [nodeDerivations, loadDerivations() ?? nodeDerivations]

  test('derive as RFC 5869 appendix A.3 has it', () => {
    const wanted = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8'
    for (const { hkdf } of both) {
      assert.equal(toHex(hkdf(new Uint8Array(0), new Uint8Array(22).fill(0x0b), 42)), wanted)
    }
  })

  test('give the same octets, whatever the lengths', () => {
    for (const length of [0, 1, 31, 32, 33, 64, 65, 200, 1500, 3072, 4000]) {
      const octets = randomOctets(length)
      for (const salt of [new Uint8Array(0), randomOctets(32), randomOctets(100), randomOctets(600)]) {
        const [node, own] = both.map(({ hkdf }) => toHex(hkdf(salt, octets, 1 + length)))
        assert.equal(own, node)
      }
      const hashes = both.flatMap(({ hash }) => [
        hash(octets),
        hash(octets.subarray(0, length >> 1), new Uint8Array(0), octets.subarray(length >> 1)),
      ])
      for (const hash of hashes) assert.equal(toHex(hash), toHex(hashes[0]))
    }
  })

  test('encapsulate for a key, and for none that FIPS 203 §7.2 refuses or that has another length', () => {
    for (const { encapsulate } of both) {
      const key = newKemKey()
      const { ciphertext, sharedSecret } = encapsulate(key.publicKey)!
      assert.equal(toHex(key.decapsulate(ciphertext)), toHex(sharedSecret))
      assert.equal(encapsulate(new Uint8Array(1184).fill(0xff)), undefined)
      assert.equal(encapsulate(key.publicKey.subarray(1)), undefined)
    }
  })
})

describe('memory of packets', () => {
  test('long packets that were sent give theirs to the next, short ones and those of others do not', () => {
    const first = packetMemory(60_000)
    packetIsSent(first)
    const second = packetMemory(50_000)
    assert.equal(second.buffer, first.buffer)
    assert.equal(second.length, 50_000)
    assert.notEqual(packetMemory(60_000).buffer, first.buffer)
    const foreign = new Uint8Array(60_000)
    packetIsSent(foreign)
    assert.notEqual(packetMemory(60_000).buffer, foreign.buffer)
    assert.equal(packetMemory(100_000).length, 100_000)
  })

  test('long pieces that nobody keeps are found although nothing else is made beside them', () => {
    let most = 0
    const before = process.memoryUsage().arrayBuffers
    for (let piece = 0; piece < 4096; piece++) {
      longMemory(65_536)[0] = 1
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    // By itself V8 looks when there are 64 MiB of them.
    assert.ok(most < 32 << 20, `${most} octets were there at once`)
    assert.equal('gc' in globalThis, false)
  })
})
