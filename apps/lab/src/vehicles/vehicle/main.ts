/**
 * A vehicle. Arguments: the folder of keys, its name. It drives what its dispatcher orders, tells its state and where it is,
 * and announces where its way leads out of a cell: whatever plans the way writes that to standard input.
 * @module
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Move, openAgent, type Service, type ServedExchange } from '@vagus/agent'
import { Keyring, ownIdentityOf } from '@vagus/keyring'
import { folderLookup } from '@vagus/lookup'
import type { VehicleSays } from '../says.ts'
import { deadlineOf, type InstantActions, type Order, pace, stateOf, visualizationOf } from '../vda5050.ts'

const [folder, name] = process.argv.slice(2) as [string, string]
const say = (what: VehicleSays): void => void process.stdout.write(`${JSON.stringify(what)}\n`)
const octetsOf = (message: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(message))
const read = (octets: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(octets))

const keyring = new Keyring(folder)
const dispatcher = keyring.open('dispatcher', Date.now()).identity.id

// It calls out, and listens nowhere: the dispatcher's messages come over the session that the vehicle keeps.
const agent = await openAgent({
  identity: ownIdentityOf(keyring.openToRun(name, Date.now())),
  lookup: folderLookup(folder),
  journal: { folder: join(folder, name, 'journal') },
  admission: { refusalOf: ({ id }) => (id === dispatcher ? undefined : 'it obeys its dispatcher only') },
})

let last: Pick<Order, 'orderId' | 'orderUpdateId'> = { orderId: '', orderUpdateId: 0 }

/**
 * One exchange for all orders keeps them in order. What is acknowledged never comes again, not even after kill -9. The next
 * state tells the dispatcher which order it has.
 */
async function drive(exchange: ServedExchange): Promise<void> {
  for await (const { cursor, octets } of exchange.messages({ acknowledge: 'manual' })) {
    const { orderId, orderUpdateId } = read(octets) as Order
    last = { orderId, orderUpdateId }
    say({ type: 'order', orderId, orderUpdateId, at: Date.now() })
    exchange.acknowledge(cursor)
  }
}
agent.serve('vda5050/order', { handle: drive, resume: drive })

/** What comes too late is refused, so that the dispatcher knows that the vehicle did not stop where nobody wants that any more. */
agent.serve('vda5050/instantActions', {
  async handle(exchange) {
    for (const action of (read(exchange.head) as InstantActions).actions) {
      const at = Date.now()
      const isLate = at > (deadlineOf(action) ?? Infinity)
      say({ type: 'stop', actionId: action.actionId, at, how: isLate ? 'late' : 'executed' })
      const resultDescription = isLate ? 'it came after its deadline' : ''
      await exchange.send(
        octetsOf({ actionId: action.actionId, actionStatus: isLate ? 'FAILED' : 'FINISHED', resultDescription }),
      )
    }
  },
})

/** Until the process ends. */
async function stayConnected(): Promise<void> {
  for (;;) {
    const connection = await agent.connect('dispatcher').catch(() => undefined)
    await (connection?.closed ?? sleep(1000))
  }
}

/** The next one is better than this one late. */
function tell(message: unknown, service: Service & { readonly deadline: number }): void {
  agent.connected()[0]?.sendDatagram(octetsOf(message), service)
}

let headerId = 0
const telemetry = { class: 'telemetry' } as const
setInterval(() => {
  const message = stateOf(name, ++headerId, last, Date.now())
  tell(message, { ...telemetry, protocol: 'vda5050/state', deadline: pace.state })
}, pace.state)
setInterval(() => {
  const message = visualizationOf(name, ++headerId, Date.now())
  tell(message, { ...telemetry, protocol: 'vda5050/visualization', deadline: pace.visualization })
}, pace.visualization)

/** Without a network to move to it stays where it is, and says why. */
async function announce(move: Move): Promise<void> {
  await agent.announceMove(move).catch((error: Error) => process.stderr.write(`${name}: ${error.message}\n`))
  say({ type: 'moved' })
}

void stayConnected()
while (agent.connected().length === 0) await sleep(10)
say({ type: 'ready' })

for await (const line of createInterface({ input: process.stdin })) void announce(JSON.parse(line) as Move)
