/** What registrar and MASA decide, with real signatures. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  checkLogRequest,
  checkMasaVoucher,
  checkPledgeRequest,
  checkRegistrarRequest,
  type CmsSigner,
  isRefused,
  type IssuedEvent,
  keyHash,
  type MadeDevice,
  type MasaPolicy,
  type PledgeConnection,
  type PledgeRequest,
  registrarRequestOf,
  statusOf,
  type VoucherRequest,
  writeVoucherRequest,
} from '@vagus/brski'
import { brskiCrypto, cmsSigner, type Issuer } from '../src/index.ts'
import {
  authority,
  box,
  boxOf,
  day,
  deviceCa,
  domainCa,
  memberOf,
  nonce,
  now,
  pledgeRequest,
  registrar,
  registrarOf,
  registrarSigner,
  serialNumber,
  signedVoucher,
  voucher,
} from './parties.ts'

const connection: PledgeConnection = {
  client: box.certificate,
  clientChain: [],
  serverCertificate: registrar.certificate.der,
  makers: [deviceCa.certificate],
}
const asRegistrar = (cms: Uint8Array, change: Partial<PledgeConnection> = {}, at = now) =>
  checkPledgeRequest(cms, { ...connection, ...change }, at, brskiCrypto)

function pledgeOf(cms: Uint8Array): PledgeRequest {
  const answer = asRegistrar(cms)
  assert.ok(answer.type === 'verified', JSON.stringify(answer))
  return answer.pledge
}

/** `CODE STATUS`, or the type of the answer. */
const verdict = (answer: { readonly type: string }): string =>
  isRefused(answer) ? `${answer.because.code} ${statusOf(answer)}` : answer.type

describe('a registrar', () => {
  test('takes a request of a box that proves its IDevID and saw this server', () => {
    const pledge = pledgeOf(pledgeRequest())
    assert.equal(pledge.serialNumber, serialNumber)
    assert.equal(pledge.maker.subject, 'CN=device CA')
  })

  const other = boxOf(deviceCa, 'BOX-18')
  const wrong: readonly (readonly [string, () => Uint8Array, string, Partial<PledgeConnection>?])[] = [
    [
      'that saw another server',
      () => pledgeRequest({ proximityRegistrarCert: domainCa.certificate.der }),
      'proximity 401',
    ],
    ['that says nothing of a server', () => pledgeRequest({ proximityRegistrarCert: undefined }), 'proximity 401'],
    ['that asserts something else', () => pledgeRequest({ assertion: 'logged' }), 'proximity 401'],
    ['that asserts nothing', () => pledgeRequest({ assertion: undefined }), 'proximity 401'],
    ['of a maker that nobody knows', () => pledgeRequest(), 'untrusted 403', { makers: [] }],
    ['whose CMS another box signed', () => pledgeRequest({}, other), 'signature 403'],
    ['that another box sends on', () => pledgeRequest(), 'signature 403', { client: other.certificate }],
    ['for another box', () => pledgeRequest({ serialNumber: 'BOX-18' }), 'serial 403'],
    ['without a nonce', () => pledgeRequest({ nonce: undefined }), 'malformed 400'],
    ['of five days ago', () => pledgeRequest({ createdOn: now - 5 * day }), 'stale 403'],
    [
      'of a client without a serial number',
      () => pledgeRequest({}, registrar),
      'serial 403',
      { client: registrar.certificate, makers: [domainCa.certificate] },
    ],
    ['that is no CMS', () => Uint8Array.of(1, 2, 3), 'format 406'],
    ['that is a voucher', () => signedVoucher({}, box), 'format 406'],
    [
      'under the name of a voucher',
      () => cmsSigner(box).sign(writeVoucherRequest({ serialNumber, nonce }, 'rfc8366')),
      'format 406',
    ],
    ['of 70 kB', () => new Uint8Array(70_000), 'limit 413'],
  ]
  for (const [what, request, code, change] of wrong) {
    test(`refuses a request ${what}: ${code}`, () => assert.equal(verdict(asRegistrar(request(), change)), code))
  }

  test('lets a box repeat its request for four days, and one without a clock as long as it likes', () => {
    assert.equal(verdict(asRegistrar(pledgeRequest({ createdOn: now - 4 * day }))), 'verified')
    assert.equal(verdict(asRegistrar(pledgeRequest({ createdOn: undefined }))), 'verified')
  })

  test('asks the MASA for the device of the IDevID, with the request of the pledge inside (RFC 8995 §5.5)', () => {
    const cms = pledgeRequest({ others: { 'x-unknown': 1 } })
    assert.deepEqual(registrarRequestOf(pledgeOf(cms), now), {
      createdOn: now,
      assertion: 'proximity',
      serialNumber,
      nonce,
      idevidIssuer: deviceCa.certificate.subjectKeyId,
      priorSignedVoucherRequest: cms,
    })
  })

  const own = { certificate: registrar.certificate, chain: [domainCa.certificate] }
  const pass = (cms: Uint8Array): string => verdict(checkMasaVoucher(cms, pledgeOf(pledgeRequest()), own, brskiCrypto))
  test('passes on no voucher that its pledge would refuse', () => {
    assert.equal(pass(signedVoucher()), 'verified')
    assert.equal(pass(signedVoucher({ pinnedDomainCert: registrar.certificate.der })), 'verified')
    assert.equal(pass(signedVoucher({ pinnedDomainCert: authority('elsewhere').certificate.der })), 'masa 502')
    assert.equal(pass(signedVoucher({ serialNumber: 'BOX-18' })), 'masa 502')
    assert.equal(pass(signedVoucher({ nonce: 'x' })), 'masa 502')
    assert.equal(pass(Uint8Array.of(0)), 'masa 502')
    const { pinnedDomainCert: _, ...refusing } = voucher
    assert.equal(
      pass(
        cmsSigner(box).sign(
          new TextEncoder().encode(
            JSON.stringify({
              'ietf-voucher:voucher': { 'serial-number': refusing.serialNumber, assertion: 'logged', nonce },
            }),
          ),
        ),
      ),
      'masa 502',
    )
  })
})

const device: MadeDevice = { serialNumber, owners: 'any', key: keyHash(box.certificate, brskiCrypto) }
const policy: MasaPolicy = {
  makers: [deviceCa.certificate],
  device: (serial) => (serial === serialNumber ? device : undefined),
  pledgeRequest: 'required',
  noncelessDomains: [],
  pin: 'farthest',
}
const domainHash = keyHash(domainCa.certificate, brskiCrypto)

/** What the registrar asks; `undefined` members are left out. */
const registrarRequest = (
  change: Partial<Record<keyof VoucherRequest, unknown>> = {},
  by: CmsSigner = registrarSigner,
  prior: Uint8Array = pledgeRequest(),
): Uint8Array => {
  const request = { createdOn: now, assertion: 'proximity', serialNumber, nonce, priorSignedVoucherRequest: prior }
  return by.sign(writeVoucherRequest({ ...request, ...change } as VoucherRequest))
}
const asMasa = (cms: Uint8Array, change: Partial<MasaPolicy> = {}) =>
  checkRegistrarRequest(cms, { ...policy, ...change }, now, brskiCrypto)
const signerOf = (issuer: Issuer, ca: Issuer): CmsSigner => cmsSigner({ ...issuer, chain: [ca.certificate] })

describe('a MASA', () => {
  test('grants a voucher that pins the CA of the domain, without an end, and an entry for its log', () => {
    const answer = asMasa(registrarRequest())
    assert.ok(answer.type === 'granted', JSON.stringify(answer))
    assert.deepEqual(answer.grant.voucher, { ...voucher, domainCertRevocationChecks: false })
    const domainId = Buffer.from(domainCa.certificate.subjectKeyId!).toString('base64')
    assert.deepEqual(answer.grant.event, { date: now, domainId, nonce, assertion: 'proximity', owner: domainHash })
  })

  test('pins the registrar itself where it sent no more, or the policy says so (RFC 8995 §5.5.2)', () => {
    for (const answer of [
      asMasa(registrarRequest({}, cmsSigner(registrar))),
      asMasa(registrarRequest(), { pin: 'registrar' }),
    ]) {
      assert.ok(answer.type === 'granted', JSON.stringify(answer))
      assert.deepEqual(answer.grant.pinned, registrar.certificate)
    }
  })

  const stranger = authority('domain CA')
  const strangeRegistrar = registrarOf(stranger)
  const wrong: readonly (readonly [string, () => Uint8Array, string, Partial<MasaPolicy>?])[] = [
    ['of a member', () => registrarRequest({}, signerOf(memberOf(domainCa), domainCa)), 'role 403'],
    ['of the box', () => registrarRequest({}, cmsSigner(box)), 'role 403'],
    ['for a device that was never made', () => registrarRequest({ serialNumber: 'BOX-18' }), 'unknown 404'],
    [
      'with "proximity-registrar-cert"',
      () => registrarRequest({ proximityRegistrarCert: registrar.certificate.der }),
      'malformed 400',
    ],
    ["without the pledge's request", () => registrarRequest({ priorSignedVoucherRequest: undefined }), 'malformed 400'],
    ['with another nonce than the pledge', () => registrarRequest({ nonce: 'x' }), 'nonce 403'],
    ['without the nonce of the pledge', () => registrarRequest({ nonce: undefined }), 'nonce 403'],
    [
      'with the request of another box inside',
      () => registrarRequest({}, registrarSigner, pledgeRequest({ serialNumber: 'BOX-18' }, boxOf(deviceCa, 'BOX-18'))),
      'serial 403',
    ],
    [
      'with a request inside that is for another box',
      () => registrarRequest({}, registrarSigner, pledgeRequest({ serialNumber: 'BOX-18' })),
      'serial 403',
    ],
    [
      'with a request inside that the registrar signed',
      () => registrarRequest({}, registrarSigner, pledgeRequest({}, registrar)),
      'untrusted 403',
    ],
    [
      'with an earlier IDevID of the box inside',
      () => registrarRequest({}, registrarSigner, pledgeRequest({}, boxOf(deviceCa))),
      'signature 403',
    ],
    [
      'with a request inside that saw nobody',
      () => registrarRequest({}, registrarSigner, pledgeRequest({ proximityRegistrarCert: undefined })),
      'signature 403',
    ],
    [
      'of a registrar that the pledge did not see',
      () => registrarRequest({}, signerOf(strangeRegistrar, stranger)),
      'signature 403',
    ],
    [
      'of a domain to which the device was not sold',
      () => registrarRequest(),
      'domain 403',
      { device: () => ({ ...device, owners: [keyHash(stranger.certificate, brskiCrypto)] }) },
    ],
    [
      'with something inside that is no CMS',
      () => registrarRequest({}, registrarSigner, Uint8Array.of(0x30, 0)),
      'format 406',
    ],
  ]
  for (const [what, request, code, change] of wrong) {
    test(`refuses a request ${what}: ${code}`, () => assert.equal(verdict(asMasa(request(), change)), code))
  }

  test('gives the owner of a device its voucher', () => {
    assert.equal(
      verdict(asMasa(registrarRequest(), { device: () => ({ ...device, owners: [domainHash] }) })),
      'granted',
    )
  })

  test('tells owners apart by their keys: a key identifier can be copied', () => {
    const answer = asMasa(registrarRequest())
    assert.ok(answer.type === 'granted')
    const claimed = { ...domainCa.certificate, publicKey: stranger.certificate.publicKey }
    assert.deepEqual(brskiCrypto.domainIdOf(claimed), brskiCrypto.domainIdOf(domainCa.certificate))
    assert.notEqual(keyHash(claimed, brskiCrypto), domainHash)
  })

  test('says "logged" without the request of the pledge, where its policy allows that', () => {
    const answer = asMasa(registrarRequest({ priorSignedVoucherRequest: undefined }), { pledgeRequest: 'optional' })
    assert.ok(answer.type === 'granted', JSON.stringify(answer))
    assert.equal(answer.grant.voucher.assertion, 'logged')
  })

  test('issues a voucher without a nonce to domains that it knows, for twenty minutes (RFC 8995 §5.5.4, §5.6)', () => {
    const asked = registrarRequest({ nonce: undefined, priorSignedVoucherRequest: undefined })
    assert.equal(verdict(asMasa(asked)), 'nonce 403')
    assert.equal(verdict(asMasa(asked, { noncelessDomains: [stranger.certificate] })), 'untrusted 403')
    const answer = asMasa(asked, { noncelessDomains: [domainCa.certificate] })
    assert.ok(answer.type === 'granted', JSON.stringify(answer))
    assert.equal(answer.grant.voucher.nonce, undefined)
    assert.equal(answer.grant.voucher.expiresOn, now + 20 * 60_000)
    assert.equal(answer.grant.event.nonce, null)
  })

  test('shows the log of a device to those who got a voucher for it (RFC 8995 §5.8)', () => {
    const event: IssuedEvent = { date: now, domainId: 'x', nonce, assertion: 'proximity', owner: domainHash }
    const log = (by: CmsSigner, events: readonly IssuedEvent[]): string =>
      verdict(checkLogRequest(registrarRequest({}, by), policy, () => events, now, brskiCrypto))
    assert.equal(log(registrarSigner, [event]), 'granted')
    assert.equal(log(registrarSigner, []), 'unknown 404')
    assert.equal(log(signerOf(strangeRegistrar, stranger), [event]), 'unknown 404')
  })

  test('throws on nothing that a stranger sends', () => {
    const right = registrarRequest()
    const own = [domainHash, keyHash(registrar.certificate, brskiCrypto)]
    const change = fc.array(fc.tuple(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(change, (changes) => {
        const mutated = Uint8Array.from(right)
        for (const [at, octet] of changes) mutated[at]! ^= octet
        const answer = asMasa(mutated)
        // Certificates are not signed with the rest: without the CA, the registrar itself is pinned.
        if (answer.type === 'granted') assert.ok(own.includes(answer.grant.event.owner))
      }),
      { numRuns: 40 },
    )
  })
})
