/** Sessions of the same two agents that follow each other at once. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hub } from '../src/hub.ts'
import { type Connection, openAgent } from '../src/index.ts'
import { Link } from '../src/link/link.ts'
import { Links } from '../src/link/links.ts'
import { beginKeyLog, rotateKey } from '@vagus/identity'
import { identityCrypto, randomOctets, signerOf } from '@vagus/transport'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

for (const listen of ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0', 'ws://127.0.0.1:0'])
  test(`each session leaves a ticket for the next, however short it was: its first packets come right behind the answer, ${listen.split(':')[0]}`, async (t) => {
    const find = t.mock.method(Links.prototype, 'find')
    const seeds = newSeeds('server')
    const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: [listen] })
    const found = withAddresses(seeds, server.addresses())
    const caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup: lookupOf(found) })
    void (async () => {
      for await (const connection of server.connections()) {
        void (async () => {
          for await (const { stream } of connection.streams('echo')) stream.pipe(stream)
        })()
      }
    })()
    const begun: string[] = []
    try {
      for (let number = 0; number < 8; number++) {
        const connection = await caller.connect('server')
        assert.ok(connection instanceof Link)
        begun.push(connection.how)
        const stream = connection.openStream({ protocol: 'echo' })
        stream.write(Uint8Array.of(number))
        const [[octet]] = (await once(stream, 'data')) as [Buffer]
        assert.equal(octet, number)
        await connection.close()
      }
      assert.deepEqual(
        find.mock.calls.filter(({ result }) => result === undefined),
        [],
      )
      assert.deepEqual(begun, ['handshake', ...Array.from({ length: 7 }, () => 'ticket')])
    } finally {
      await Promise.all([caller.close(), server.close()])
    }
  })

test('a ticket keeps a digest of whom it is for, and each session has a binding of its own, the same at both ends', async () => {
  const seeds = newSeeds('server')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['tcp://127.0.0.1:0'] })
  const lookup = lookupOf(withAddresses(seeds, server.addresses()))
  const caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup })
  try {
    assert.ok(caller instanceof Hub)
    caller.own.digest = caller.own.shown[0]!
    const claims: string[] = []
    const bindings = new Set<string>()
    const watched = server.connections()
    for (let number = 0; number < 4; number++) {
      const connection = await caller.connect('server')
      const seen: Connection | undefined = (await watched.next()).value
      assert.ok(seen instanceof Link && connection instanceof Link)
      assert.equal(seen.peer.identity.id, caller.id)
      assert.equal(seen.binding, connection.binding)
      bindings.add(seen.binding)
      claims.push(`${seen.how} ${seen.claim.length > 1000 ? 'whole' : seen.claim.length}`)
      await sleep(100) // the ticket comes behind
      await connection.close()
      await seen.closed
    }
    // The first ticket comes before the caller knows whom it is from.
    assert.deepEqual(claims, ['handshake whole', 'handshake whole', 'ticket 33', 'ticket 33'])
    assert.equal(bindings.size, 4)
    for (const binding of bindings) assert.match(binding, /^[0-9a-f]{16}$/)
  } finally {
    await Promise.all([caller.close(), server.close()])
  }
})

test('a ticket of a peer that has rotated its keys since is not used: the first connection afterwards comes about', async () => {
  const [first, next, third] = [0, 1, 2].map(() => Buffer.from(randomOctets(32)).toString('hex')) as [
    string,
    string,
    string,
  ]
  const signer = (seed: string) => signerOf(new Uint8Array(Buffer.from(seed, 'hex')))
  const log = beginKeyLog(signer(first), signer(next).publicKey, identityCrypto)
  const seeds: Seeds = { ...newSeeds('server'), signing: first, log }
  const server = await openAgent({
    identity: identityOf(withAddresses(seeds, [])),
    lookup: lookupOf(),
    listen: ['udp://127.0.0.1:0'],
  })
  let listed = withAddresses({ ...seeds, epoch: 2 }, server.addresses())
  const caller = await openAgent({
    identity: identityOf(newSeeds('caller')),
    lookup: { find: (name, options) => lookupOf(listed).find(name, options) },
  })
  try {
    const before = await caller.connect('server')
    await sleep(200) // the ticket comes behind
    await before.close()
    const rotated = rotateKey(log, signer(next), signer(third).publicKey, identityCrypto)
    assert.ok(!('type' in rotated))
    const { dh } = newSeeds('other')
    listed = withAddresses({ ...listed, signing: next, log: rotated, dh }, server.addresses())
    server.renew(identityOf(listed))
    const after = await caller.connect('server')
    assert.ok(after instanceof Link)
    assert.deepEqual([after.how, after.peer.identity.epoch], ['handshake', listed.epoch])
  } finally {
    await Promise.all([caller.close(), server.close()])
  }
})
