/** What a box must not believe: one voucher, wrong in every way that could be thought of, and in random ones. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import * as pkijs from 'pkijs'
import {
  checkVoucher,
  encodeBase64,
  isRefused,
  type RefusalCode,
  type VoucherQuestion,
  writeVoucher,
} from '@vagus/brski'
import { brskiCrypto, cmsSigner, type Issuer, newPrivateKey, writeCertificates } from '../src/index.ts'
import { extension } from '../src/names.ts'
import { issueWith } from '../src/issue.ts'
import { oid } from '../src/object-ids.ts'
import { changed, digestOf, objectId, octetString, setAttribute, setContent, signedAgain } from './forge.ts'
import {
  authority,
  box,
  boxOf,
  day,
  deviceCa,
  domainCa,
  masa,
  masaCa,
  masaOf,
  memberOf,
  nonce,
  now,
  question,
  registrar,
  registrarOf,
  serialNumber,
  signedVoucher,
  voucher,
  withKey,
} from './parties.ts'

type Outcome = RefusalCode | 'verified'
const outcomeOf = (cms: Uint8Array, change: Partial<VoucherQuestion> = {}): Outcome => {
  const answer = checkVoucher(cms, { ...question, ...change }, brskiCrypto)
  return isRefused(answer) ? answer.because.code : answer.type
}

const right = signedVoucher()
const root = 'ietf-voucher:voucher'
const pinned = encodeBase64(domainCa.certificate.der)
const leaves = { 'serial-number': serialNumber, assertion: 'proximity', nonce, 'pinned-domain-cert': pinned }
const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const sign = (content: Uint8Array, by: Issuer = masa): Uint8Array => cmsSigner(by).sign(content)
/** Signed by the MASA itself, with other leaves. */
const withLeaves = (change: object): Uint8Array => sign(octets(JSON.stringify({ [root]: { ...leaves, ...change } })))
const withText = (text: string): Uint8Array => sign(octets(text))
/** Another CA with the name of `ca`. */
const impostor = (ca: Issuer, name: string): Issuer => ({ ...authority(name), chain: ca.chain })
const otherMasa = masaOf(authority('MASA CA'))
const otherDomain = authority('domain CA')

describe('a box believes', () => {
  test('the right voucher', () => assert.equal(outcomeOf(right), 'verified'))
  test('it with leaves that it does not know', () =>
    assert.equal(outcomeOf(withLeaves({ 'est-domain': 'x' })), 'verified'))
  test('it until it expires, and without a clock', () => {
    const expiring = signedVoucher({ expiresOn: now + 60_000 })
    assert.equal(outcomeOf(expiring, { now: now + 60_000 }), 'verified')
    assert.equal(outcomeOf(expiring, { now: undefined }), 'verified')
  })
  test('one without a nonce where its policy says so, with a clock', () => {
    const { nonce: _, ...nonceless } = voucher
    const cms = sign(writeVoucher({ ...nonceless, expiresOn: now + 60_000 }))
    assert.equal(outcomeOf(cms, { nonceless: 'accepted' }), 'verified')
    assert.equal(outcomeOf(cms, { nonceless: 'accepted', now: undefined }), 'stale')
  })
  test('a server whose own certificate is pinned (RFC 8995 §5.6.2)', () => {
    const cms = signedVoucher({ pinnedDomainCert: registrar.certificate.der })
    assert.equal(outcomeOf(cms, { server: [registrar.certificate] }), 'verified')
  })
})

/** Kind of mutation, the voucher, why it is refused, and what is asked otherwise. */
const mutations: readonly (readonly [string, () => Uint8Array, RefusalCode, Partial<VoucherQuestion>?])[] = [
  // The MASA itself signed something else.
  ['another serial number', () => withLeaves({ 'serial-number': 'BOX-18' }), 'serial'],
  ['a serial number with a blank behind it', () => withLeaves({ 'serial-number': 'BOX-17 ' }), 'serial'],
  ['a serial number in lower case', () => withLeaves({ 'serial-number': 'box-17' }), 'serial'],
  ['no serial number', () => withLeaves({ 'serial-number': undefined }), 'malformed'],
  ['an empty serial number', () => withLeaves({ 'serial-number': '' }), 'malformed'],
  ['NUL behind the serial number', () => withLeaves({ 'serial-number': 'BOX-17\0' }), 'malformed'],
  ['a number as serial number', () => withLeaves({ 'serial-number': 17 }), 'malformed'],
  ['a list of serial numbers', () => withLeaves({ 'serial-number': ['BOX-17'] }), 'malformed'],
  ['a serial number of 200 characters', () => withLeaves({ 'serial-number': 'B'.repeat(200) }), 'malformed'],
  ['another nonce', () => withLeaves({ nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }), 'nonce'],
  ['the nonce in lower case', () => withLeaves({ nonce: nonce.toLowerCase() }), 'nonce'],
  ['the beginning of the nonce', () => withLeaves({ nonce: nonce.slice(0, -1) }), 'nonce'],
  ['an empty nonce', () => withLeaves({ nonce: '' }), 'malformed'],
  ['a number as nonce', () => withLeaves({ nonce: 7 }), 'malformed'],
  ['no nonce', () => withLeaves({ nonce: undefined }), 'nonce'],
  ['null as nonce', () => withLeaves({ nonce: null }), 'nonce'],
  ['no nonce, but an end', () => withLeaves({ nonce: undefined, 'expires-on': '2027-01-01T00:00:00Z' }), 'nonce'],
  ['neither nonce nor end', () => withLeaves({ nonce: undefined }), 'stale', { nonceless: 'accepted' }],
  ['an end in the past', () => withLeaves({ 'expires-on': '2026-11-28T11:59:59Z' }), 'stale'],
  ['an end in the past, in another zone', () => withLeaves({ 'expires-on': '2026-11-28T13:59:59+02:00' }), 'stale'],
  ['30 February as its end', () => withLeaves({ 'expires-on': '2027-02-30T00:00:00Z' }), 'malformed'],
  ['an end without a zone', () => withLeaves({ 'expires-on': '2027-02-03T00:00:00' }), 'malformed'],
  ['a number as its end', () => withLeaves({ 'expires-on': 1_900_000_000 }), 'malformed'],
  ['"never" as its end', () => withLeaves({ 'expires-on': 'never' }), 'malformed'],
  ['a beginning that is no time', () => withLeaves({ 'created-on': 'yesterday' }), 'malformed'],
  ['a renewal that is no time', () => withLeaves({ 'last-renewal-date': '1' }), 'malformed'],
  ['no assertion', () => withLeaves({ assertion: undefined }), 'malformed'],
  ['an assertion of its own', () => withLeaves({ assertion: 'trusted' }), 'malformed'],
  ['a number as assertion', () => withLeaves({ assertion: 2 }), 'malformed'],
  ['a doubtful truth value', () => withLeaves({ 'domain-cert-revocation-checks': 'maybe' }), 'malformed'],
  ['an issuer that is not base64', () => withLeaves({ 'idevid-issuer': '%' }), 'malformed'],
  ['no pinned certificate', () => withLeaves({ 'pinned-domain-cert': undefined }), 'domain'],
  ['an empty pinned certificate', () => withLeaves({ 'pinned-domain-cert': '' }), 'malformed'],
  [
    'a pinned certificate without padding',
    () => withLeaves({ 'pinned-domain-cert': `${pinned.slice(0, -4)}AAA` }),
    'malformed',
  ],
  [
    'a pinned certificate with line breaks',
    () => withLeaves({ 'pinned-domain-cert': `${pinned.slice(0, 64)}\n${pinned.slice(64)}` }),
    'malformed',
  ],
  [
    'a pinned certificate in PEM',
    () => withLeaves({ 'pinned-domain-cert': `-----BEGIN CERTIFICATE-----${pinned}` }),
    'malformed',
  ],
  [
    'half a pinned certificate',
    () => withLeaves({ 'pinned-domain-cert': encodeBase64(domainCa.certificate.der.subarray(0, 200)) }),
    'malformed',
  ],
  [
    'octets behind the pinned certificate',
    () => withLeaves({ 'pinned-domain-cert': encodeBase64(Uint8Array.of(...domainCa.certificate.der, 0)) }),
    'malformed',
  ],
  ['a pinned text', () => withLeaves({ 'pinned-domain-cert': encodeBase64(octets('domain CA')) }), 'malformed'],
  ['a pinned certificate of 40 kB', () => withLeaves({ 'pinned-domain-cert': 'A'.repeat(53_336) }), 'limit'],
  [
    'the CA of another domain',
    () => withLeaves({ 'pinned-domain-cert': encodeBase64(authority('elsewhere').certificate.der) }),
    'untrusted',
  ],
  [
    'a CA of the same name',
    () => withLeaves({ 'pinned-domain-cert': encodeBase64(impostor(domainCa, 'domain CA').certificate.der) }),
    'untrusted',
  ],
  [
    "the maker's own CA pinned",
    () => withLeaves({ 'pinned-domain-cert': encodeBase64(masaCa.certificate.der) }),
    'untrusted',
  ],
  [
    'a member of the domain pinned',
    () => withLeaves({ 'pinned-domain-cert': encodeBase64(memberOf(domainCa).certificate.der) }),
    'untrusted',
  ],
  [
    'another registrar of the domain pinned',
    () => withLeaves({ 'pinned-domain-cert': encodeBase64(registrarOf(domainCa).certificate.der) }),
    'untrusted',
  ],
  ['the name of a request', () => withText(JSON.stringify({ 'ietf-voucher-request:voucher': leaves })), 'format'],
  ['another name', () => withText(JSON.stringify({ 'ietf-voucher:Voucher': leaves })), 'format'],
  ['no name', () => withText(JSON.stringify(leaves)), 'format'],
  ['two containers', () => withText(JSON.stringify({ [root]: leaves, other: leaves })), 'format'],
  ['a list', () => withText(JSON.stringify([{ [root]: leaves }])), 'format'],
  ['text', () => withText('a voucher'), 'format'],
  ['no content', () => withText(''), 'format'],
  ['broken UTF-8', () => sign(Uint8Array.of(0x7b, 0xff, 0x7d)), 'format'],
  ['something behind the JSON', () => withText(`${JSON.stringify({ [root]: leaves })}{}`), 'format'],
  [
    'a leaf twice',
    () => withText(JSON.stringify({ [root]: leaves }).replace('"nonce"', '"nonce":"x","nonce"')),
    'malformed',
  ],
  ['the container twice', () => withText(`{"${root}":{},${JSON.stringify({ [root]: leaves }).slice(1)}`), 'malformed'],
  ['forty lists in each other', () => withText(`{"${root}":{"x":${'['.repeat(40)}${']'.repeat(40)}}}`), 'malformed'],
  // Somebody else signed it.
  ['a MASA of another maker', () => signedVoucher({}, otherMasa), 'untrusted'],
  ['the box itself', () => signedVoucher({}, box), 'untrusted'],
  [
    'another box, whose CA the box trusts',
    () => signedVoucher({}, boxOf(deviceCa, 'BOX-1')),
    'role',
    { anchors: [masaCa.certificate, deviceCa.certificate] },
  ],
  ['the registrar', () => signedVoucher({}, registrar), 'untrusted'],
  ['a member of the domain', () => signedVoucher({}, memberOf(domainCa)), 'untrusted'],
  ['a MASA that signed its own certificate', () => signedVoucher({}, authority('MASA')), 'signature'],
  ['a MASA whose time is over', () => signedVoucher({}, masaOf(masaCa, now - 20 * day, 10 * day)), 'stale'],
  ['a MASA of the future', () => signedVoucher({}, masaOf(masaCa, now + 20 * day, 10 * day)), 'stale'],
  [
    'a MASA under a CA of the same name',
    () => signedVoucher({}, { ...otherMasa, chain: [masaCa.certificate] }),
    'untrusted',
  ],
  ['a MASA under the MASA', () => signedVoucher({}, { ...masaOf(masa), chain: [masa.certificate] }), 'untrusted'],
  ['a MASA with an extension that nobody knows', () => signedVoucher({}, strangeMasa()), 'untrusted'],
  ['a MASA whose key is for certificates only', () => signedVoucher({}, { ...masaCa, chain: [] }), 'signature'],
  [
    'another key than that of the certificate',
    () => signedVoucher({}, { ...masa, key: newPrivateKey('p256') }),
    'signature',
  ],
  [
    'an Ed25519 key in the name of a P-256 one',
    () => signedVoucher({}, { ...masa, key: newPrivateKey('ed25519') }),
    'signature',
  ],
  // The CMS was changed on the way.
  [
    'another content',
    () => changed(right, (data) => setContent(data, writeVoucher({ ...voucher, serialNumber: 'BOX-18' }))),
    'signature',
  ],
  [
    'the signature of another voucher',
    () =>
      changed(
        right,
        ({ signerInfos }) => void (signerInfos[0]!.signature = signatureOf(signedVoucher({ nonce: 'x' }))),
      ),
    'signature',
  ],
  [
    'an empty signature',
    () => changed(right, ({ signerInfos }) => void (signerInfos[0]!.signature = octetString(new Uint8Array()))),
    'signature',
  ],
  [
    'a signature of zeros',
    () =>
      changed(
        right,
        ({ signerInfos }) => void (signerInfos[0]!.signature = octetString(Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0))),
      ),
    'signature',
  ],
  [
    'another hash',
    () =>
      signedAgain(right, masa.key, (info) => setAttribute(info, oid.messageDigest, [digestOf('sha256', octets('x'))])),
    'signature',
  ],
  ['no hash', () => signedAgain(right, masa.key, (info) => setAttribute(info, oid.messageDigest, [])), 'signature'],
  [
    'two hashes',
    () =>
      signedAgain(right, masa.key, (info, data) =>
        setAttribute(info, oid.messageDigest, [digestOf('sha256', contentOf(data)), digestOf('sha256', octets('x'))]),
      ),
    'signature',
  ],
  [
    'the type of another content',
    () => signedAgain(right, masa.key, (info) => setAttribute(info, oid.contentType, [objectId(oid.data)])),
    'signature',
  ],
  ['SHA-1', () => signedAgain(right, masa.key, (info, data) => sha1(info, data)), 'signature'],
  ['no signed attributes', () => changed(right, ({ signerInfos }) => delete signerInfos[0]!.signedAttrs), 'signature'],
  [
    'an algorithm that nobody knows',
    () =>
      changed(
        right,
        ({ signerInfos }) =>
          void (signerInfos[0]!.signatureAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: '1.2.3.4' })),
      ),
    'signature',
  ],
  [
    'the algorithm of RSA',
    () =>
      changed(
        right,
        ({ signerInfos }) =>
          void (signerInfos[0]!.signatureAlgorithm = new pkijs.AlgorithmIdentifier({
            algorithmId: '1.2.840.113549.1.1.11',
          })),
      ),
    'signature',
  ],
  ['two signers', () => changed(right, ({ signerInfos }) => void signerInfos.push(signerInfos[0]!)), 'format'],
  ['no signer', () => changed(right, (data) => void (data.signerInfos = [])), 'format'],
  ['the content elsewhere', () => changed(right, (data) => delete data.encapContentInfo.eContent), 'format'],
  ['no certificates', () => changed(right, (data) => void (data.certificates = [])), 'signature'],
  [
    'seventeen certificates',
    () => changed(right, (data) => void (data.certificates = Array(17).fill(data.certificates![0]!))),
    'limit',
  ],
  ['certificates alone', () => writeCertificates([masa.certificate]), 'format'],
  ['an octet too few', () => right.subarray(0, -1), 'format'],
  ['an octet too many', () => Uint8Array.of(...right, 0), 'format'],
  ['base64', () => octets(Buffer.from(right).toString('base64')), 'format'],
  ['nothing', () => new Uint8Array(), 'format'],
  ['70 kB', () => new Uint8Array(70_000), 'limit'],
  // It is right, and the server is another one.
  [
    'the server of another domain',
    () => right,
    'untrusted',
    { server: [registrarOf(otherDomain).certificate, otherDomain.certificate] },
  ],
  ['a member of the domain as its server', () => right, 'role', { server: [memberOf(domainCa).certificate] }],
  ['a server whose time is over', () => right, 'stale', { server: [registrarOf(domainCa, -day).certificate] }],
  [
    'a server that signed its own certificate',
    () => right,
    'untrusted',
    { server: [authority('registrar').certificate] },
  ],
  ['no anchor', () => right, 'untrusted', { anchors: [] }],
]

const contentOf = (data: pkijs.SignedData): Uint8Array => new Uint8Array(data.encapContentInfo.eContent!.getValue())
const signatureOf = (cms: Uint8Array): pkijs.SignerInfo['signature'] => {
  let signature: pkijs.SignerInfo['signature'] | undefined
  changed(cms, ({ signerInfos }) => void (signature = signerInfos[0]!.signature))
  return signature!
}
function sha1(info: pkijs.SignerInfo, data: pkijs.SignedData): void {
  info.digestAlgorithm = new pkijs.AlgorithmIdentifier({ algorithmId: '1.3.14.3.2.26' })
  setAttribute(info, oid.messageDigest, [digestOf('sha1', contentOf(data))])
}
/** As RFC 5280 §4.2 wants it refused: critical, and not understood. */
function strangeMasa(): Issuer {
  const strange = extension('1.3.6.1.4.1.32473.1', 'critical', octetString(Uint8Array.of(1)))
  return withKey((publicKey) =>
    issueWith(masaCa, { name: { commonName: 'MASA' }, publicKey, extensions: [strange] }, { now, life: day }),
  )
}

describe('a box refuses', () => {
  test('at least sixty kinds of mutations, each named once', () => {
    assert.equal(new Set(mutations.map(([kind]) => kind)).size, mutations.length)
    assert.ok(mutations.length >= 60, `${mutations.length}`)
  })
  for (const [kind, mutate, code, change] of mutations) {
    test(`${kind}, as ${code}`, () => assert.equal(outcomeOf(mutate(), change), code))
  }

  test('octets changed anywhere, unless the voucher and who signed it stay the same', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const mutated = Uint8Array.from(right)
          for (const [at, change] of changes) mutated[at]! ^= change
          const answer = checkVoucher(mutated, question, brskiCrypto)
          if (answer.type === 'verified') assert.deepEqual(answer.accepted.voucher, voucher)
        },
      ),
      { numRuns: 120 },
    )
  })

  test('octets cut out, doubled or moved, likewise', () => {
    const place = fc.nat(right.length)
    fc.assert(
      fc.property(place, place, place, (from, to, into) => {
        const [start, end] = from < to ? [from, to] : [to, from]
        const piece = right.subarray(start, end)
        for (const mutated of [
          Buffer.concat([right.subarray(0, start), right.subarray(end)]),
          Buffer.concat([right.subarray(0, into), piece, right.subarray(into)]),
        ]) {
          const answer = checkVoucher(mutated, question, brskiCrypto)
          if (answer.type === 'verified') assert.deepEqual(answer.accepted.voucher, voucher)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('random octets, and throws nothing', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (cms) => assert.notEqual(outcomeOf(cms), 'verified')))
  })
})
