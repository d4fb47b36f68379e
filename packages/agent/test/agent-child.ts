/**
 * One agent in a process of its own, to be killed and started again. The server answers each message with its square,
 * or counts without being asked; the caller asks. Both write down what they dealt with, each number once, and start from there after a restart.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent, type ServedExchange } from '../src/index.ts'
import { identityOf, lookupOf, type Seeds } from './identities.ts'

export interface ChildConfig {
  readonly side: 'server' | 'caller'
  readonly own: Seeds
  readonly peer: Seeds
  readonly journal: string
  /** Each line a number that was dealt with. */
  readonly notes: string
  readonly listen: readonly string[]
  readonly relays?: readonly string[]
  readonly messages: number
  readonly pace: number
}

const config = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as ChildConfig
const { own, peer, messages, notes, pace } = config
const lastNoted = (): number => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').length - 1 : 0)
const number = (octets: Uint8Array): number => Number(Buffer.from(octets).toString())
const octetsOf = (value: number): Uint8Array => Buffer.from(String(value))

const agent = await openAgent({
  identity: identityOf(own),
  lookup: lookupOf(own, peer),
  listen: config.listen,
  journal: { folder: config.journal },
})

/** Each message is noted, answered and acknowledged; what of it was done before a restart is not done again. */
async function answer(exchange: ServedExchange): Promise<void> {
  for await (const { cursor, octets } of exchange.messages({ acknowledge: 'manual' })) {
    if (cursor > lastNoted()) appendFileSync(notes, `${number(octets)}\n`)
    if (cursor > exchange.sent) await exchange.send(octetsOf(number(octets) ** 2))
    exchange.acknowledge(cursor)
  }
}

async function count(exchange: ServedExchange): Promise<void> {
  while (exchange.sent < messages) {
    await exchange.send(octetsOf(exchange.sent + 1))
    await sleep(pace)
  }
}

if (config.side === 'server') {
  agent.serve('count', { handle: count, resume: count })
  agent.serve('square', {
    handle(exchange) {
      appendFileSync(`${notes}.executions`, `${exchange.id}\n`)
      return answer(exchange)
    },
    resume: answer,
  })
  process.stdout.write(`${agent.addresses().join(' ')}\n`)
} else {
  const exchange = await agent.call(peer.name, { protocol: 'square', head: new Uint8Array(0), id: 'squares' })
  const asking = async (): Promise<void> => {
    while (exchange.sent < messages) {
      await exchange.send(octetsOf(exchange.sent + 1))
      await sleep(pace)
    }
    await exchange.end()
  }
  const reading = async (): Promise<void> => {
    for await (const { cursor, octets } of exchange.messages({ after: lastNoted(), acknowledge: 'manual' })) {
      appendFileSync(notes, `${number(octets)}\n`)
      exchange.acknowledge(cursor)
    }
  }
  await Promise.all([asking(), reading()])
  process.stdout.write(`${await exchange.over}\n`)
  await agent.close()
}
