import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AgentId, signDelegation, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { type Connection, openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

function idOf({ document }: Seeds): AgentId {
  const answer = verifyDocument(document, Date.now(), identityCrypto)
  assert.ok(answer.type === 'verified')
  return answer.identity.id
}

test('a connection with an agent that speaks in the name of another ends with its mandate', async () => {
  const [root, child, seeds] = [newSeeds('root'), newSeeds('child'), newSeeds('server')]
  const iat = Math.floor(Date.now() / 1000)
  const exp = iat + 3
  const about = { iss: idOf(root), sub: idOf(child), iat, exp, depth: 0, task: 'report-17', audience: [idOf(seeds)] }
  const signed = signDelegation({ ...about, capabilities: ['report.write'] }, identityOf(root).signer)
  assert.ok(signed.type === 'signed')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const identity = { ...identityOf(child), rootDocument: root.document, delegations: [signed.delegation] }
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const client = await openAgent({ identity, lookup })
  try {
    const watched = server.connections()
    await client.connect('server')
    const connection: Connection | undefined = (await watched.next()).value
    assert.equal(connection!.peer.mandate?.root, idOf(root))
    assert.match(await connection!.closed, /mandate/)
    assert.ok(Date.now() >= exp * 1000)
  } finally {
    await client.close()
    await server.close()
  }
})
