import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAgent, type OwnIdentity } from '../src/index.ts'
import { identityOf, newSeeds } from './identities.ts'

test('an identity without a part says which, and what makes a whole one', async () => {
  const { static: _, ...without } = identityOf(newSeeds('own'))
  const right = 'ownIdentityOf(keyring.open(NAME, Date.now())) of @vagus/keyring makes it'
  const of = 'document, rootDocument, delegations, static, signer'
  const lookup = { find: () => Promise.resolve([]) }
  for (const [identity, missing] of [
    [without, 'static'],
    [{ identity: {}, dhKey: {}, signer: {} }, 'document, rootDocument, delegations, static'],
    [undefined, of],
  ] as const)
    await assert.rejects(openAgent({ identity: identity as unknown as OwnIdentity, lookup }), {
      name: 'TypeError',
      message: `"identity" must have ${of}; it lacks ${missing}: ${right}`,
    })
})
