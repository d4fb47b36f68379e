/**
 * The dispatcher of vehicles. Arguments: the folder of keys, the vehicles. What to order comes as lines of standard input.
 * It says what became of stops, and what it takes each vehicle for.
 * @module
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Connection, openAgent } from '@vagus/agent'
import { Keyring, ownIdentityOf } from '@vagus/keyring'
import { folderLookup } from '@vagus/lookup'
import { agentPort, dispatcher as name, dispatcherAddress } from '../network.ts'
import type { DispatcherSays, DispatcherTold, Sight } from '../says.ts'
import { patience } from '../sight.ts'
import { type Action, orderOf, stopOf } from '../vda5050.ts'

const [folder, ...vehicles] = process.argv.slice(2) as [string, ...string[]]
const say = (what: DispatcherSays): void => void process.stdout.write(`${JSON.stringify(what)}\n`)
const octetsOf = (message: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(message))

const keyring = new Keyring(folder)
const names = new Map(vehicles.map((vehicle) => [keyring.open(vehicle, Date.now()).identity.id, vehicle] as const))
const agent = await openAgent({
  identity: ownIdentityOf(keyring.openToRun(name, Date.now())),
  lookup: folderLookup(folder),
  listen: [`udp://${dispatcherAddress}:${agentPort}`, `tcp://${dispatcherAddress}:${agentPort}`],
  journal: { folder: join(folder, name, 'journal') },
  admission: { refusalOf: ({ id }) => (names.has(id) ? undefined : 'it is none of the vehicles here') },
})
const exp = Math.floor(Date.now() / 1000) + 86_400
const locators = [{ network: 'plant', sequence: 1, addresses: agent.addresses(), exp }]
agent.renew(ownIdentityOf(keyring.renew(name, { locators }, Date.now())))

/** One exchange for all orders of a vehicle, which the journal continues when this program starts again. */
const orders = new Map(
  await Promise.all(
    vehicles.map(async (vehicle) => {
      const call = { protocol: 'vda5050/order', class: 'control', id: `orders-of-${vehicle}` } as const
      return [vehicle, await agent.call(vehicle, { ...call, head: new Uint8Array(0) })] as const
    }),
  ),
)

/** Beside the orders, and before them: it waits for nothing that was sent earlier. */
async function stop(vehicle: string, number: number, deadline: number): Promise<void> {
  const message = stopOf(vehicle, number, deadline, Date.now())
  const [{ actionId }] = message.actions as [Action]
  const call = { protocol: 'vda5050/instantActions', class: 'safety', id: actionId } as const
  const exchange = await agent.call(vehicle, { ...call, head: octetsOf(message) })
  await exchange.end()
  for await (const { octets } of exchange.messages()) {
    const { actionStatus } = JSON.parse(new TextDecoder().decode(octets)) as { readonly actionStatus: string }
    say({ type: 'answer', actionId, how: actionStatus === 'FINISHED' ? 'executed' : 'late' })
  }
}

/** By vehicle: its connection, and when it was heard. */
const heard = new Map<string, { readonly connection: Connection; at: number }>()

async function listen(): Promise<void> {
  for await (const connection of agent.connections()) {
    const vehicle = names.get(connection.peer.identity.id)
    if (vehicle !== undefined) void hear(vehicle, connection)
  }
}

async function hear(vehicle: string, connection: Connection): Promise<void> {
  const mine = { connection, at: Date.now() }
  heard.set(vehicle, mine)
  const read = async (protocol: string): Promise<void> => {
    for await (const _ of connection.datagrams(protocol)) mine.at = Date.now()
  }
  await Promise.all([read('vda5050/state'), read('vda5050/visualization')])
}

const seen = new Map<string, Sight>()
function look(now: number): void {
  for (const [vehicle, { connection, at }] of heard) {
    const sight = connection.moving !== undefined ? 'moving' : now - at > patience ? 'lost' : 'reachable'
    if (seen.get(vehicle) === sight) continue
    seen.set(vehicle, sight)
    say({ type: 'sees', vehicle, sight, at: now })
  }
}

void listen()
setInterval(() => look(Date.now()), 100)
say({ type: 'ready' })

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line) as DispatcherTold
  const { vehicle, number } = told
  if (told.type === 'stop') void stop(vehicle, number, told.deadline)
  else void orders.get(vehicle)!.send(octetsOf(orderOf(vehicle, number, Date.now()))) // no stop waits until that is on disk
}
