/**
 * Two agents with their keys in files: one serves, the other finds it by name and calls it. Run it:
 * `node examples/04-two-agents-of-this-host/main.ts`.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAgent } from '@vagus/agent'
import { Keyring, ownIdentityOf } from '@vagus/keyring'
import { folderLookup } from '@vagus/lookup'

// The folder would be one that stays, such as ~/.vagus/agents, where the vagus command has its agents.
const folder = mkdtempSync(join(tmpdir(), 'vagus-example-'))
const keyring = new Keyring(folder)
const lookup = folderLookup(folder) // names are the keyring's own; elsewhere, controllerList(url)
for (const role of ['report-writer', 'boss']) {
  const draft = { role, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 30 * 86_400 }
  if (!keyring.has(role)) keyring.create(role, draft, Date.now())
}

const writer = await openAgent({
  identity: ownIdentityOf(keyring.openToRun('report-writer', Date.now())),
  lookup,
  listen: ['udp://127.0.0.1:0'],
  journal: { folder: join(folder, 'report-writer/journal') },
})
writer.serve('echo', {
  async handle(exchange) {
    for await (const { octets } of exchange.messages()) await exchange.send(octets)
  },
})

// Where it is reached goes into its document, signed again at half of the time for which it holds, as `vagus run` does.
const holdsSeconds = 3600
let sequence = 0
function announce(): void {
  const exp = Math.floor(Date.now() / 1000) + holdsSeconds
  const locators = [{ network: 'lan', sequence: ++sequence, addresses: writer.addresses(), exp }]
  writer.renew(ownIdentityOf(keyring.renew('report-writer', { locators }, Date.now())))
}
announce()
const renewing = setInterval(announce, (holdsSeconds / 2) * 1000)

const boss = await openAgent({ identity: ownIdentityOf(keyring.openToRun('boss', Date.now())), lookup })
const exchange = await boss.call('report-writer', { protocol: 'echo', head: new Uint8Array(0), id: 'order-17' })
await exchange.send(new TextEncoder().encode('hello'))
await exchange.end()
const answers: string[] = []
for await (const { octets } of exchange.messages()) answers.push(new TextDecoder().decode(octets))
assert.deepEqual(answers, ['hello'])
assert.equal(await exchange.over, 'ended')
console.log(`report-writer answered ${answers.join()}`)

clearInterval(renewing)
await Promise.all([boss.close(), writer.close()])
rmSync(folder, { recursive: true })
