import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Lookup } from '@vagus/agent'
import { beginKeyLog, type Identity, signDocument } from '@vagus/identity'
import { dhKeyOf, identityCrypto, newKemKey, randomOctets, signerOf } from '@vagus/transport'
import { callerPolicy, notFoundOf } from '../../src/served/caller.ts'

const mlKem768 = newKemKey().publicKey

/** An agent that calls itself `name`. */
function agent(name: string): Identity {
  const [signer, next] = [signerOf(randomOctets(32)), signerOf(randomOctets(32))]
  const iat = Math.floor(Date.now() / 1000)
  const keys = { x25519: dhKeyOf(randomOctets(32)).publicKey, mlKem768 }
  const validity = { epoch: 0, iat, exp: iat + 3600 }
  const said = { organisation: 0, role: 'r', skills: [], alsoKnownAs: [`vagus:${name}`], keys, locators: [] }
  const log = beginKeyLog(signer, next.publicKey, identityCrypto)
  const signed = signDocument({ ...validity, ...said }, log, signer, identityCrypto)
  assert.ok(signed.type === 'signed')
  return signed.identity
}
const [boss, other, thief] = [agent('boss'), agent('other'), agent('boss')]
const lookup: Lookup = {
  find: (name) =>
    name === 'away' ? Promise.reject(new Error('out of order')) : Promise.resolve(name === 'boss' ? [boss] : []),
}
const admitted = (allowed: readonly string[], identity: Identity): Promise<boolean> =>
  callerPolicy(allowed, lookup)
    .admit({ identity, mandate: undefined }, [])
    .then(
      () => true,
      (error: unknown) => {
        assert.equal((error as { problem: { type: string } }).problem.type, 'urn:vagus:problem:refused')
        return false
      },
    )

test('who is allowed by name and not found is told, with why', async () => {
  const lines = await notFoundOf(['boss', 'nobody', other.id, 'away'], lookup, new AbortController().signal)
  assert.deepEqual(lines, [
    'nobody is found under the name nobody yet, which is allowed: until then it may not call',
    'away, which is allowed, cannot be looked up: until then it may not call: out of order',
  ])
})

test('the local server is told no name that is none', async () => {
  const nameOf = async (identity: Identity): Promise<string | undefined> => {
    const fields = await callerPolicy([], lookup).admit({ identity, mandate: undefined }, [])
    return fields.find(([field]) => field === 'Vagus-Agent-Name')?.[1]
  }
  assert.deepEqual(
    [await nameOf(boss), await nameOf(agent('a,b')), await nameOf(agent('Boss'))],
    ['boss', undefined, undefined],
  )
})

describe('who may call', () => {
  test('is everybody where nobody is named, and else who has an id that is', async () => {
    assert.equal(await admitted([], thief), true)
    assert.equal(await admitted([other.id], other), true)
    assert.equal(await admitted([other.id], boss), false)
  })
  test('is by name whom the look-up finds, not who calls itself so', async () => {
    assert.equal(await admitted(['away', 'boss'], boss), true)
    assert.equal(await admitted(['boss'], thief), false)
    assert.equal(await admitted(['other'], other), false, 'the look-up does not know it')
    assert.equal(await admitted(['away'], boss), false, 'who cannot be looked up is not let in')
  })
})
