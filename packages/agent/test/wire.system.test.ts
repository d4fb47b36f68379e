/** What a listener on the access links learns: no name, key or skill, and nothing that links two paths of a session. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectionIdOf } from '@vagus/channel'
import { openAgent } from '../src/index.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const idsIn = ({ seen }: Forwarder): ReadonlySet<string> =>
  new Set(seen.flatMap((packet) => Buffer.from(connectionIdOf(packet) ?? []).toString('hex') || []))

test('a capture of both access links shows no name, key or skill, and no id on two paths', async () => {
  const [callerSeeds, serverSeeds] = [newSeeds('name-of-the-caller'), newSeeds('name-of-the-server')]
  const server = await openAgent({
    identity: identityOf(serverSeeds),
    lookup: lookupOf(),
    listen: ['udp://127.0.0.1:0', 'udp://127.0.0.1:0'],
  })
  const ports = server.addresses().map((uri) => Number(new URL(uri).port))
  const [wifi, cellular] = [await Forwarder.open(ports[0]!), await Forwarder.open(ports[1]!)]
  const found = withAddresses(serverSeeds, [`udp://127.0.0.1:${wifi.port}`, `udp://127.0.0.1:${cellular.port}`])
  const caller = await openAgent({ identity: identityOf(callerSeeds), lookup: lookupOf(found) })
  try {
    server.serve('secret-protocol', {
      async handle(exchange) {
        for await (const { octets } of exchange.messages()) await exchange.send(octets)
      },
    })
    const exchange = await caller.call(found.name, { protocol: 'secret-protocol', head: Buffer.from('secret-head') })
    const answers = exchange.messages()
    for (let number = 0; number < 60; number++) {
      if (number === 30) wifi.isCut = true
      await exchange.send(Buffer.from(`secret-message-${number}`))
      assert.equal(Buffer.from((await answers.next()).value!.octets).toString(), `secret-message-${number}`)
      await sleep(10)
    }
    const [first, second] = [idsIn(wifi), idsIn(cellular)]
    assert.ok(first.size > 0 && second.size > 0, 'both paths carried packets')
    assert.deepEqual(
      [...first].filter((id) => second.has(id)),
      [],
      'no connection id on both paths',
    )

    const all = Buffer.concat([...wifi.seen, ...cellular.seen])
    const agents = [server.id, caller.id]
    const words = [
      'name-of-the',
      'skill.of',
      'secret-',
      'did:key',
      'vagus-identity',
      ...agents.map((id) => id.slice(8)),
    ]
    for (const word of words) assert.equal(all.indexOf(word), -1, `"${word}" is on the wire`)
    for (const seeds of [callerSeeds, serverSeeds]) {
      const { static: key, signer } = identityOf(seeds)
      for (const octets of [key.publicKey, signer.publicKey])
        assert.equal(all.indexOf(octets), -1, 'a key is on the wire')
    }
  } finally {
    await Promise.all([caller.close(), server.close()])
    wifi.close()
    cellular.close()
  }
})
