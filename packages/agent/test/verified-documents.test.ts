import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { beginKeyLog, signDocument } from '@vagus/identity'
import { dhKeyOf, identityCrypto, newKemKey, signerOf } from '@vagus/transport'
import { verdictLifetime, verifyLately } from '../src/peers/verified-documents.ts'

const now = 1_790_000_000_000
const lifetime = 90_000
const signer = signerOf(new Uint8Array(32).fill(21))
const log = beginKeyLog(signer, signerOf(new Uint8Array(32).fill(22)).publicKey, identityCrypto)
const keys = { x25519: dhKeyOf(new Uint8Array(32).fill(23)).publicKey, mlKem768: newKemKey().publicKey }
const [iat, exp] = [now / 1000, (now + lifetime) / 1000]
const signed = signDocument(
  { epoch: 1, iat, exp, organisation: 0, role: 'writer', skills: [], keys, locators: [] },
  log,
  signer,
  identityCrypto,
)
assert.ok(signed.type === 'signed')
const { document } = signed.identity
/** Another string of the same characters, as the next agent gets it. */
const again = (): string => Buffer.from(document).toString()
const changed = `${document.slice(0, -4)}AAAA`

describe('a document that was verified', () => {
  test('is kept once, whoever asks, and also when its signature is checked again', () => {
    const first = verifyLately(document, now)
    assert.ok(first.type === 'verified')
    for (const later of [1, verdictLifetime, verdictLifetime + 1]) {
      const answer = verifyLately(again(), now + later)
      assert.ok(answer.type === 'verified' && answer.identity === first.identity)
    }
  })
  test('is refused when its time is over, at that moment', () => {
    assert.equal(verifyLately(document, now + lifetime - 1).type, 'verified')
    assert.equal(verifyLately(document, now + lifetime).type, 'refused')
    assert.equal(verifyLately(document, now + 2 * verdictLifetime + lifetime).type, 'refused')
    assert.equal(verifyLately(document, now + verdictLifetime + lifetime).type, 'refused')
  })
  test('vouches for no other one', () => {
    assert.equal(verifyLately(document, now).type, 'verified')
    assert.equal(verifyLately(changed, now).type, 'refused')
  })
})
