/** A dispatcher: it gives twenty orders, whether the vehicle can be reached or not, and asks it to stop. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '@vagus/agent'
import { Keyring, ownIdentityOf } from '@vagus/keyring'
import { folderLookup } from '@vagus/lookup'

const [folder] = process.argv.slice(2) as [string]
const keyring = new Keyring(folder)
const agent = await openAgent({
  identity: ownIdentityOf(keyring.openToRun('dispatcher', Date.now())),
  lookup: folderLookup(folder),
  listen: ['udp://127.0.0.1:0'],
  journal: { folder: join(folder, 'dispatcher/journal') },
})
const exp = Math.floor(Date.now() / 1000) + 3600
const locators = [{ network: 'plant', sequence: 1, addresses: agent.addresses(), exp }]
agent.renew(ownIdentityOf(keyring.renew('dispatcher', { locators }, Date.now())))

// One exchange keeps the orders in order. With its id, a dispatcher that starts again goes on with it.
const head = new Uint8Array(0)
const orders = await agent.call('vehicle', { protocol: 'order', class: 'control', id: 'orders-of-vehicle', head })
for (let number = 1; number <= 20; number++) {
  await orders.send(new TextEncoder().encode(`order-${number}`)) // it is on disk: the vehicle gets it once
  await sleep(20)
}
await orders.end()
assert.equal(await orders.over, 'ended') // the vehicle has driven everything

/** Beside the orders and before them. The vehicle says what it did, so that nobody need guess. */
async function stop(within: number): Promise<string> {
  const head = new TextEncoder().encode(JSON.stringify({ deadline: Date.now() + within }))
  const exchange = await agent.call('vehicle', { protocol: 'stop', class: 'safety', head })
  await exchange.end()
  let answer = ''
  for await (const { octets } of exchange.messages()) answer = new TextDecoder().decode(octets)
  return answer
}
assert.equal(await stop(5000), 'stopped')
assert.equal(await stop(-1), 'too late, drives on') // as one that waited in a dead spot
await agent.close()
