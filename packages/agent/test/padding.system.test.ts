/** What an agent sends to others of a role that it pads for: few lengths, also of the message that a session begins with. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, openAgent } from '../src/index.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds } from './identities.ts'

const requests = [1, 20, 33, 47, 90, 130, 210, 390, 391, 392, 393, 394] as const

/** Lengths of what a caller sends for requests of so many octets, each in a session that begins with it. */
async function lengthsTo(
  padFor: readonly string[],
  padTo: 'padme' | 'classes' = 'padme',
): Promise<ReadonlySet<number>> {
  const forwarder = await Forwarder.open(0)
  const folder = mkdtempSync(join(tmpdir(), 'vagus-padding-'))
  const server = newSeeds('auditor', [`udp://127.0.0.1:${forwarder.port}`])
  const serving = await openAgent({
    identity: identityOf(server),
    lookup: lookupOf(),
    listen: ['udp://127.0.0.1:0'],
    journal: { folder }, // else nothing goes with the first message
  })
  serving.serve('count', {
    async handle(exchange) {
      for await (const { octets } of exchange.messages()) await exchange.send(Uint8Array.of(octets.length % 256))
    },
  })
  forwarder.server = Number(new URL(serving.addresses()[0]!).port)
  const caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup: lookupOf(server), padFor, padTo })
  try {
    await ask(caller, 1)
    const lengths = new Set<number>()
    for (const octets of requests) {
      await sleep(50) // a ticket comes
      const [connection] = caller.connected()
      assert.equal(connection?.padding, padFor.length === 0 ? 'none' : padTo)
      await connection?.close()
      forwarder.drops = ({ length }) => {
        lengths.add(length)
        return false
      }
      await ask(caller, octets)
      forwarder.drops = () => false
    }
    return lengths
  } finally {
    await Promise.all([caller.close(), serving.close()])
    forwarder.close()
    rmSync(folder, { recursive: true })
  }
}

async function ask(caller: Agent, octets: number): Promise<void> {
  const exchange = await caller.call('auditor', { protocol: 'count', head: new Uint8Array(0) })
  await exchange.send(new Uint8Array(octets))
  await exchange.end()
  for await (const { octets: answer } of exchange.messages()) assert.deepEqual([...answer], [octets % 256])
  assert.equal(await exchange.over, 'ended')
}

test('a role that is padded for sees few lengths, others see as many as there are requests', async () => {
  const plain = await lengthsTo([])
  const padded = await lengthsTo(['reader', 'auditor'])
  assert.ok(plain.size >= requests.length, [...plain].join(' '))
  // The same eighth of a power of two, or a sixteenth above 256 octets: requests that differ by an octet do not differ.
  const ofOneRequest = [...plain].filter((length) => length > 390)
  assert.ok([...padded].filter((length) => length > 390).length < ofOneRequest.length)
  for (const length of padded) {
    const step = length < 256 ? 2 ** (Math.floor(Math.log2(length)) - 3) : 2 ** (Math.floor(Math.log2(length)) - 4)
    assert.ok(length % step === 0 || length === 1200, `${length} is no length of PADMÉ`)
  }
})

test('"*" is every role, and with classes there are three lengths', async () => {
  const all = await lengthsTo(['*'], 'classes')
  assert.ok(
    [...all].every((length) => [96, 600, 1200].includes(length)),
    [...all].join(' '),
  )
})
