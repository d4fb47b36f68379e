import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { agentIdOf } from '@vagus/identity'
import { checkCertificateRequest, isRefused, type PathQuestion, statusOf } from '@vagus/brski'
import {
  brskiCrypto,
  certificateOf,
  certificatesPem,
  issueLdevid,
  keyOfSeed,
  newAuthority,
  newCertificateRequest,
  newPrivateKey,
  privateKeyPem,
  publicKeyOf,
  readCertificate,
  readCertificateRequest,
  readCertificates,
  readCertificatesPem,
  readCsrAttributes,
  readPrivateKeyPem,
  writeCertificates,
  writeCsrAttributes,
} from '../src/index.ts'
import {
  authority,
  box,
  boxOf,
  day,
  deviceCa,
  domainCa,
  masaCa,
  memberOf,
  now,
  registrar,
  serialNumber,
  withKey,
} from './parties.ts'

const verdict = (answer: object): string => (isRefused(answer) ? `${answer.because.code} ${statusOf(answer)}` : 'read')
const pathOf = (question: Partial<PathQuestion>): string => {
  const path = brskiCrypto.pathOf({
    leaf: box.certificate,
    between: [],
    anchors: [deviceCa.certificate],
    now,
    ...question,
  })
  return isRefused(path) ? path.because.code : path.map(({ subject }) => subject).join(' < ')
}

describe('a path (RFC 5280 §6)', () => {
  test('leads from a certificate to its CA, or is the certificate alone if that is trusted', () => {
    assert.equal(pathOf({}), 'serialNumber=BOX-17 < CN=device CA')
    assert.equal(pathOf({ anchors: [box.certificate] }), 'serialNumber=BOX-17')
  })
  test('does not lead to another CA, also of the same name, or over what is no CA', () => {
    assert.equal(pathOf({ anchors: [masaCa.certificate] }), 'untrusted')
    assert.equal(pathOf({ anchors: [authority('device CA').certificate] }), 'untrusted')
    const under = memberOf(memberOf(domainCa))
    const between = { leaf: under.certificate, between: [memberOf(domainCa).certificate] }
    assert.equal(pathOf({ ...between, anchors: [domainCa.certificate] }), 'untrusted')
  })
  test('ends with the life of each certificate, and is not asked for it without a clock', () => {
    assert.equal(pathOf({ now: now + 3651 * day }), 'stale', 'the CA has ended')
    assert.equal(pathOf({ now: now - day }), 'stale')
    assert.equal(pathOf({ now: undefined }), 'serialNumber=BOX-17 < CN=device CA')
  })
  test('goes over the certificate of a CA that is valid, where there are two for its key', () => {
    const key = newPrivateKey('p256')
    const caOf = (at: number) => newAuthority({ commonName: 'CA' }, key, { now: at, life: 10 * day })
    const [before, renewed] = [caOf(now - 20 * day).certificate, caOf(now).certificate]
    const leaf = boxOf(caOf(now)).certificate
    assert.equal(pathOf({ leaf, anchors: [before, renewed] }), 'serialNumber=BOX-17 < CN=CA')
    assert.equal(pathOf({ leaf, anchors: [before] }), 'stale')
  })
  test('holds no CA below one that allows none', () => {
    const lower = newAuthority({ commonName: 'lower' }, newPrivateKey('p256'), { now, life: day })
    const question = { leaf: boxOf(lower).certificate, between: [lower.certificate], anchors: [deviceCa.certificate] }
    assert.equal(pathOf(question), 'untrusted')
  })
  test('is looked for with bounded work among certificates of one name', () => {
    const crowd = Array.from({ length: 100 }, () => authority('device CA').certificate)
    const started = performance.now()
    assert.equal(pathOf({ between: crowd, anchors: [masaCa.certificate] }), 'untrusted')
    assert.ok(performance.now() - started < 30_000)
  })
})

describe('certificates', () => {
  test('of members bind the agent whose key they hold', () => {
    const key = keyOfSeed(new Uint8Array(32).fill(7))
    const member = withKey((publicKey) => issueLdevid(domainCa, { serialNumber, publicKey, now, life: day }), key)
    assert.deepEqual(member.certificate.uris, [agentIdOf(publicKeyOf(key).subarray(-32))])
    assert.equal(member.certificate.deviceSerial, serialNumber)
    assert.equal(memberOf(domainCa).certificate.uris.length, 0, 'a P-256 key names no agent')
  })
  test('do not outlive their CA', () => {
    const life = { serialNumber, publicKey: box.certificate.publicKey, now, life: 9999 * day }
    assert.equal(issueLdevid(domainCa, life).notAfter, domainCa.certificate.notAfter)
  })
  test('have a serial number only where it is short and shows, and a name that no terminal obeys', () => {
    for (const serial of ['BOX-17', 'Kiste Nr. 7', 'x'.repeat(64)])
      assert.equal(boxOf(deviceCa, serial).certificate.deviceSerial, serial)
    for (const serial of ['x'.repeat(65), 'a\nb', 'a\u001b[2J', 'a\u202eb', '\u009b2J'])
      assert.equal(boxOf(deviceCa, serial).certificate.deviceSerial, undefined, JSON.stringify(serial))
    const { subject } = authority(`${'long '.repeat(200)}\u009b2J\u202e`).certificate
    assert.ok(subject.length <= 256)
    assert.doesNotMatch(authority('short\u009b2J\u202eend').certificate.subject, /\p{C}/u)
  })
  test('of boxes have no end', () => assert.equal(new Date(box.certificate.notAfter).getUTCFullYear(), 9999))
  test('survive PEM and the lists of EST', () => {
    const list = [registrar.certificate, domainCa.certificate]
    const [pem, cms] = [readCertificatesPem(certificatesPem(list)), readCertificates(writeCertificates(list))]
    assert.ok(!isRefused(pem) && !isRefused(cms))
    for (const { list: read } of [pem, cms])
      assert.deepEqual(
        read.map(({ der }) => der),
        list.map(({ der }) => der),
      )
  })
  test('of random or changed octets are refused or read, and throw nothing', () => {
    const right = registrar.certificate.der
    fc.assert(fc.property(fc.uint8Array(), (der) => assert.ok(isRefused(readCertificate(der)))))
    fc.assert(
      fc.property(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const mutated = Uint8Array.from(right)
        mutated[at]! ^= change
        const read = readCertificate(mutated)
        const path =
          isRefused(read) || brskiCrypto.pathOf({ leaf: read, between: [], anchors: [domainCa.certificate], now })
        assert.ok(path === true || isRefused(path), 'a changed certificate leads nowhere')
      }),
      { numRuns: 80 },
    )
  })
  test('of our own files are read, or else the caller is wrong', () => {
    assert.equal(certificateOf(box.certificate.der).deviceSerial, serialNumber)
    assert.throws(() => certificateOf(Uint8Array.of(1)), TypeError)
  })
  test('in wrong PEM are refused with what is missing', () => {
    for (const text of ['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
      assert.equal(verdict(readCertificatesPem(text)), 'malformed 400')
    assert.equal(verdict(readPrivateKeyPem('x')), 'malformed 400')
    assert.equal(verdict(readPrivateKeyPem(privateKeyPem(newPrivateKey('ed25519')))), 'read')
  })
})

describe('a certificate request (RFC 2986)', () => {
  for (const algorithm of ['p256', 'ed25519'] as const) {
    test(`of a key of ${algorithm} proves that key, and the agent where it is one`, () => {
      const key = newPrivateKey(algorithm)
      const request = readCertificateRequest(newCertificateRequest(key, { serialNumber }))
      assert.ok(!isRefused(request), JSON.stringify(request))
      assert.deepEqual(Buffer.from(request.publicKey), publicKeyOf(key))
      assert.equal(request.deviceSerial, serialNumber)
      assert.equal(request.algorithm, algorithm)
      assert.deepEqual(request.uris, algorithm === 'ed25519' ? [request.agentId] : [])
      assert.equal(checkCertificateRequest(request, serialNumber).type, 'accepted')
      assert.equal(verdict(checkCertificateRequest(request, 'BOX-18')), 'serial 403')
    })
  }

  test('that claims the agent of another key is refused', () => {
    const [mine, other] = [newPrivateKey('ed25519'), newPrivateKey('ed25519')].map((key) => {
      const request = readCertificateRequest(newCertificateRequest(key, {}))
      assert.ok(!isRefused(request))
      return request
    })
    assert.equal(verdict(checkCertificateRequest({ ...mine!, uris: other!.uris }, serialNumber)), 'malformed 400')
  })

  test('of another kind of key is not written', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    assert.throws(() => newCertificateRequest(privateKey, {}), /must be P-256 or Ed25519, got rsa/)
  })

  test('changed anywhere is refused', () => {
    const right = newCertificateRequest(newPrivateKey('ed25519'), { serialNumber })
    fc.assert(
      fc.property(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const mutated = Uint8Array.from(right)
        mutated[at]! ^= change
        assert.ok(isRefused(readCertificateRequest(mutated)))
      }),
      { numRuns: 80 },
    )
  })

  test('is asked for what a domain wants', () => {
    const ids = ['2.5.4.5', '1.3.101.112']
    assert.deepEqual(readCsrAttributes(writeCsrAttributes(ids)), { ids })
    assert.equal(verdict(readCsrAttributes(Uint8Array.of(5, 0))), 'malformed 400')
    fc.assert(fc.property(fc.uint8Array(), (der) => void readCsrAttributes(der)))
  })
})
