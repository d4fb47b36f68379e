import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { claimedVersionOf, type Others, rotateKey, signRoster, verifyRosterWhenIssued } from '../src/index.ts'
import { seconds, testAgent } from './agents.ts'
import { nodeCrypto, testSigner } from './node-crypto.ts'

const { signer, log } = testAgent(1)
const draft = { iat: seconds, exp: seconds + 60, members: [], policies: '' }

function signed(epoch: number, others: Others = {}, keyLog = log, by = signer): string {
  const answer = signRoster({ ...draft, epoch, others }, keyLog, by, nodeCrypto)
  assert.ok(answer.type === 'signed', JSON.stringify(answer))
  return answer.roster.jws
}

describe('the version that a roster claims', () => {
  test('is that which it has', () => {
    assert.deepEqual(claimedVersionOf(signed(7)), { epoch: 7, keyLog: log })
    assert.deepEqual(claimedVersionOf(signed(7, { zone: 'x' })), { epoch: 7, keyLog: log })
    assert.equal(claimedVersionOf(signed(7, { contact: 'x' })), undefined, 'something stands before it')
    let long = log
    let by = signer
    for (let rotation = 1; rotation < 32; rotation++) {
      by = testSigner(1 + rotation)
      const rotated = rotateKey(long, by, testSigner(2 + rotation).publicKey, nodeCrypto)
      assert.ok(!('type' in rotated), JSON.stringify(rotated))
      long = rotated
    }
    assert.deepEqual(claimedVersionOf(signed(Number.MAX_SAFE_INTEGER, {}, long, by)), {
      epoch: Number.MAX_SAFE_INTEGER,
      keyLog: long,
    })
  })

  test('of anything else is never another than that of what verifies, and never throws', () => {
    const jws = signed(7)
    fc.assert(
      fc.property(fc.nat(jws.length), fc.nat(3), fc.string({ maxLength: 4 }), (at, cut, put) => {
        const text = `${jws.slice(0, at)}${put}${jws.slice(at + cut)}`
        const claimed = claimedVersionOf(text)
        const read = verifyRosterWhenIssued(text, nodeCrypto)
        if (claimed === undefined || read.type === 'refused') return
        assert.deepEqual(claimed, { epoch: read.roster.epoch, keyLog: read.roster.keyLog })
      }),
      { numRuns: 500 },
    )
    for (const text of ['', '.', '..', 'a.b.c', '.!.', `a.${Buffer.from('{"epoch":1').toString('base64url')}.c`])
      assert.equal(claimedVersionOf(text), undefined)
    fc.assert(fc.property(fc.string(), (text) => void claimedVersionOf(text)))
  })
})
