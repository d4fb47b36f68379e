import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Agent, openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

test('one session more than `maxIncoming` ends the oldest that others began without streams', async () => {
  const seeds = newSeeds('server')
  const listen = ['udp://127.0.0.1:0']
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen, maxIncoming: 2 })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const agents: Agent[] = [server]
  const arrivals = server.connections()
  const connect = async (name: string) => {
    const agent = await openAgent({ identity: identityOf(newSeeds(name)), lookup })
    agents.push(agent)
    const connection = await agent.connect('server')
    const { value } = await arrivals.next()
    return { connection, there: value! }
  }
  try {
    const [busy, idle] = [await connect('busy'), await connect('idle')]
    busy.connection.openStream({ protocol: 'echo' }).write('hello')
    await busy.there.streams('echo').next()
    const third = await connect('third')
    assert.match(await idle.connection.closed, /too many newer sessions were opened/)
    assert.deepEqual(
      server.connected().map(({ peer }) => peer.identity.id),
      [busy, third].map(({ there }) => there.peer.identity.id),
    )
  } finally {
    await Promise.all(agents.map((agent) => agent.close()))
  }
})
