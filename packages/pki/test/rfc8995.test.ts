/** The artefacts that RFC 8995 prints in Appendix C, and those of the examples of its successor. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  type Certificate,
  checkPledgeRequest,
  checkRegistrarRequest,
  checkVoucher,
  isRefused,
  masaUrlOf,
  readVoucherRequest,
} from '@vagus/brski'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { brskiCrypto, readCertificatesPem } from '../src/index.ts'

const file = (name: string): Uint8Array => readFileSync(dataPath('brski', name))
const certificate = (name: string): Certificate => {
  const read = readCertificatesPem(Buffer.from(file(name)).toString())
  assert.ok(!isRefused(read), JSON.stringify(read))
  return read.list[0]!
}
const outcome = (answer: { readonly type: string }): string =>
  isRefused(answer) ? `${answer.because.code}: ${answer.because.problem}` : answer.type

const serialNumber = '00-D0-E5-F2-00-02'

describe('Appendix C of RFC 8995', { skip: needsData('brski/rfc8995') }, () => {
  const [vendor, masa, jrc] = needsData('brski/rfc8995')
    ? []
    : [certificate('rfc8995/vendor.crt'), certificate('rfc8995/masa.crt'), certificate('rfc8995/jrc_prime256v1.crt')]
  /** All of it was made on these days; the printed IDevID begins two weeks after the requests. */
  const [requested, later] = [Date.parse('2021-04-14T00:00:00Z'), Date.parse('2021-05-01T00:00:00Z')]
  const nonce = '-_XE9zK9q8Ll1qylMtLKeg'

  test('has an IDevID with serial number and MASA', () => {
    const idevid = certificate('rfc8995/idevid_00-D0-E5-F2-00-02.crt')
    assert.equal(idevid.deviceSerial, serialNumber)
    const url = masaUrlOf(idevid.masaUrl!, 'requestVoucher')
    assert.deepEqual(url, {
      type: 'url',
      url: 'https://highway-test.example.com:9443/.well-known/brski/requestvoucher',
    })
    const path = brskiCrypto.pathOf({ leaf: idevid, between: [], anchors: [vendor!], now: later })
    assert.ok(!isRefused(path), JSON.stringify(path))
  })

  test('has a request of the pledge that its registrar takes', () => {
    const client = certificate('rfc8995/idevid_00-D0-E5-F2-00-02.crt')
    const connection = { client, clientChain: [], serverCertificate: jrc!.der, makers: [vendor!] }
    const answer = checkPledgeRequest(file('rfc8995/vr.der'), connection, later - 15 * 24 * 3_600_000, brskiCrypto)
    assert.match(outcome(answer), /^stale: serialNumber=00-D0-E5-F2-00-02 is valid from 2021-04-27/)
    // Checked on a day when the certificate is valid, the request itself has become too old.
    assert.match(
      outcome(checkPledgeRequest(file('rfc8995/vr.der'), connection, later, brskiCrypto)),
      /^stale: .* four days/,
    )
    const signed = brskiCrypto.readSigned(file('rfc8995/vr.der'))
    assert.ok(!isRefused(signed), JSON.stringify(signed))
    const between = { leaf: signed.signer, between: [], anchors: [vendor!], now: requested }
    assert.ok(!isRefused(brskiCrypto.pathOf(between)))
    const request = readVoucherRequest(signed.content)
    assert.ok(!isRefused(request))
    assert.deepEqual(request.proximityRegistrarCert, jrc!.der)
  })

  test('has a request of the registrar for which a MASA issues a voucher of proximity', () => {
    const policy = {
      makers: [vendor!],
      device: () => ({ serialNumber, owners: 'any' as const }),
      pledgeRequest: 'required' as const,
      noncelessDomains: [],
      pin: 'registrar' as const,
    }
    const answer = checkRegistrarRequest(file('rfc8995/parboiled_vr.der'), policy, requested, brskiCrypto)
    assert.ok(answer.type === 'granted', JSON.stringify(answer))
    assert.equal(answer.grant.voucher.assertion, 'proximity')
    assert.deepEqual(answer.grant.voucher.pinnedDomainCert, jrc!.der)
  })

  test('has a voucher that its pledge believes', () => {
    const question = {
      anchors: [vendor!, masa!],
      serialNumber,
      nonce,
      nonceless: 'refused' as const,
      server: [jrc!] as const,
    }
    const check = (change: object): string =>
      outcome(checkVoucher(file('rfc8995/voucher.der'), { ...question, now: requested, ...change }, brskiCrypto))
    assert.equal(check({}), 'verified')
    assert.match(check({ nonce: 'x' }), /^nonce/)
    assert.match(check({ anchors: [jrc!] }), /^untrusted/)
    assert.match(check({ now: Date.parse('2031-01-01T00:00:00Z') }), /^stale/)
  })
})

describe('the examples of the successor of RFC 8366', { skip: needsData('brski/rfc8366bis') }, () => {
  for (const name of ['voucher', 'vr']) {
    test(`have a ${name} whose signature is right`, () => {
      const cms = file(`rfc8366bis/${name}_00-D0-E5-F2-00-02.pkcs`)
      const known = ['masa-00-D0-E5-F2-00-02.crt', '00-D0-E5-F2-00-02.crt'].map((each) =>
        certificate(`rfc8366bis/${each}`),
      )
      const signed = brskiCrypto.readSigned(cms, known)
      assert.ok(!isRefused(signed), JSON.stringify(signed))
      assert.match(new TextDecoder().decode(signed.content), /"serial-number":"00-D0-E5-F2-00-02"/)
    })
  }
})
