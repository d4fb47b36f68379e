/**
 * Two agents talk over UDP while the path between them is cut, again and again, and nothing is lost. Run it:
 * `node examples/02-agents-over-a-cut-path/main.ts`.
 */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Agent, type Lookup, openAgent } from '@vagus/agent'
import { beginKeyLog, signDocument } from '@vagus/identity'
import { dhKeyOf, identityCrypto, newKemKey, randomOctets, signerOf } from '@vagus/transport'

/** A fresh agent whose document names the addresses where it will listen. */
function newIdentity(role: string, addresses: readonly string[]) {
  const signer = signerOf(randomOctets(32))
  const key = dhKeyOf(randomOctets(32))
  const log = beginKeyLog(signer, signerOf(randomOctets(32)).publicKey, identityCrypto)
  const iat = Math.floor(Date.now() / 1000)
  const locators = addresses.length === 0 ? [] : [{ network: 'lan', sequence: 1, addresses, exp: iat + 3600 }]
  const keys = { x25519: key.publicKey, mlKem768: newKemKey().publicKey }
  const draft = { epoch: 1, iat, exp: iat + 3600, organisation: 0, role, skills: [], keys, locators }
  const signed = signDocument(draft, log, signer, identityCrypto)
  assert.ok(signed.type === 'signed')
  return { document: signed.identity.document, rootDocument: '', delegations: [], static: key, signer }
}

// Between them stands a router that forwards what comes to its port, or drops it.
const router = createSocket('udp4')
let isCut = false
let clientPort = 0
let serverPort = 0
router.on('message', (datagram, { port }) => {
  if (port !== serverPort) clientPort = port
  if (!isCut) router.send(datagram, port === serverPort ? clientPort : serverPort, '127.0.0.1')
})
router.bind(0, '127.0.0.1')
await once(router, 'listening')

const server = newIdentity('counter', [`udp://127.0.0.1:${router.address().port}`])
const client = newIdentity('reader', [])
const lookup: Lookup = { find: async (name) => (name === 'counter' ? [{ document: server.document }] : []) }
const counter: Agent = await openAgent({ identity: server, lookup, listen: ['udp://127.0.0.1:0'] })
const reader: Agent = await openAgent({ identity: client, lookup })
serverPort = Number(new URL(counter.addresses()[0]!).port)

// One question, a thousand answers.
const answers = 1000
counter.serve('count', {
  async handle(exchange) {
    for (let number = 1; number <= answers; number++) {
      await exchange.send(Uint8Array.of(number >>> 8, number))
      if (number % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    }
  },
})
const storm = setInterval(() => (isCut = !isCut), 150)

const exchange = await reader.call('counter', { protocol: 'count', head: new Uint8Array(0) })
await exchange.end()
const got: number[] = []
for await (const { octets } of exchange.messages()) got.push((octets[0]! << 8) | octets[1]!)

clearInterval(storm)
isCut = false
assert.deepEqual(
  got,
  Array.from({ length: answers }, (_, index) => index + 1),
)
assert.equal(await exchange.over, 'ended')
console.log(`${got.length} answers in order, none lost, none twice, over a path that was cut every 300 ms`)
await Promise.all([reader.close(), counter.close()])
router.close()
