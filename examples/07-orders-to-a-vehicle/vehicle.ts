/** A vehicle: it drives each order once and in order, also after kill -9, and does not stop when that is asked for too late. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent, type ServedExchange } from '@vagus/agent'
import { Keyring, ownIdentityOf } from '@vagus/keyring'
import { folderLookup } from '@vagus/lookup'

const [folder] = process.argv.slice(2) as [string]
const driven = join(folder, 'driven.txt') // what really happened: CURSOR ORDER

const keyring = new Keyring(folder)
const dispatcher = keyring.open('dispatcher', Date.now()).identity.id // on several hosts: written down when it is set up
const agent = await openAgent({
  identity: ownIdentityOf(keyring.openToRun('vehicle', Date.now())),
  lookup: folderLookup(folder),
  journal: { folder: join(folder, 'vehicle/journal') }, // of what came; the dispatcher's keeps what did not come yet
  admission: { refusalOf: ({ id }) => (id === dispatcher ? undefined : 'it obeys its dispatcher only') },
})

/** The cursor stands beside the result, so that nothing is driven twice, wherever the process ends. */
async function drive(exchange: ServedExchange): Promise<void> {
  const last = existsSync(driven) ? readFileSync(driven, 'utf8').trim().split('\n').at(-1)! : '0'
  for await (const { cursor, octets } of exchange.messages({
    after: Number.parseInt(last, 10),
    acknowledge: 'manual',
  })) {
    await sleep(10) // it drives
    appendFileSync(driven, `${cursor} ${new TextDecoder().decode(octets)}\n`)
    exchange.acknowledge(cursor)
  }
}
agent.serve('order', { handle: drive, resume: drive })

agent.serve('stop', {
  async handle(exchange) {
    const { deadline } = JSON.parse(new TextDecoder().decode(exchange.head)) as { readonly deadline: number }
    await exchange.send(new TextEncoder().encode(Date.now() > deadline ? 'too late, drives on' : 'stopped'))
  },
})

// The vehicle calls, from whatever network it is in; the dispatcher's orders come over that session.
for (;;) {
  const connection = await agent.connect('dispatcher').catch(() => undefined)
  await (connection?.closed ?? sleep(500))
}
