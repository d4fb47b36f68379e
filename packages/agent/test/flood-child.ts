/** The processes of a flood: the agent that is flooded, and what floods it. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { credentialsDigest, hybridSuite, Initiator, kindOf } from '@vagus/channel'
import { verifyDocument } from '@vagus/identity'
import { channelCrypto, identityCrypto, newDhKey, newKemKey, randomOctets } from '@vagus/transport'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, type Seeds } from './identities.ts'

export type FloodTask =
  /** Be the agent that is flooded. */
  | { readonly type: 'agent'; readonly own: Seeds }
  | { readonly type: 'usage' }
  /** Make the messages; takes a while. */
  | { readonly type: 'prepare'; readonly own: Seeds; readonly port: number }
  | { readonly type: 'flood'; readonly seconds: number; readonly perSecond: number }

export type FloodReply =
  | { readonly type: 'usage'; readonly port: number; readonly cpu: number; readonly most: number }
  | { readonly type: 'prepared' }
  | { readonly type: 'flooded'; readonly sent: number; readonly answers: number; readonly retries: number }

const sources = 250
const messages = 4000
let port = 0
let most = 0

function usage(): FloodReply {
  const { user, system } = process.cpuUsage()
  return { type: 'usage', port, cpu: (user + system) / 1000, most }
}

process.on('disconnect', () => process.exit())
process.on('message', (task: FloodTask) => {
  if (task.type === 'usage') process.send!(usage())
  else if (task.type === 'agent') void beFlooded(task.own)
  else if (task.type === 'prepare') prepare(task)
  else void flood(task)
})

async function beFlooded(own: Seeds): Promise<void> {
  const agent = await openAgent({ identity: identityOf(own), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  port = Number(/:(\d+)$/.exec(agent.addresses()[0]!)![1])
  const look = (): void => void (most = Math.max(most, process.memoryUsage().rss / 2 ** 20))
  look()
  setInterval(look, 50)
  process.send!(usage())
}

const hellos: Uint8Array[] = []

function prepare({ own, port: to }: Extract<FloodTask, { type: 'prepare' }>): void {
  const answer = verifyDocument(own.document, Date.now(), identityCrypto)
  if (answer.type !== 'verified') throw new Error('the document does not verify')
  port = to
  for (let at = 0; at < messages; at++) {
    const hello = helloTo(answer.identity.keys.x25519)
    if (at % 2 === 1) hello.set(randomOctets(hello.length - 100), 100)
    hellos.push(hello)
  }
  process.send!({ type: 'prepared' } satisfies FloodReply)
}

async function flood({ seconds, perSecond }: Extract<FloodTask, { type: 'flood' }>): Promise<void> {
  const counts = { sent: 0, answers: 0, retries: 0 }
  const sockets = await Promise.all(
    Array.from({ length: sources }, async (_, at) => {
      const socket = createSocket('udp4')
      socket.on('message', (octets) => {
        const kind = kindOf(octets)
        if (kind === 'answer') counts.answers++
        if (kind === 'retry') counts.retries++
      })
      socket.bind(0, `127.${1 + (at % 200)}.${at % 250}.${1 + (at % 200)}`)
      await once(socket, 'listening')
      return socket
    }),
  )
  const began = performance.now()
  for (let passed = 0; passed < seconds * 1000; passed = performance.now() - began) {
    for (let due = Math.min((passed * perSecond) / 1000 - counts.sent, 256); due > 0; due--) {
      const hello = hellos[counts.sent % messages]!
      // Another connection id: else it is the same message again, which is answered from memory. It is part of what is
      // signed for, so what was whole is so only once.
      if (counts.sent >= messages) hello.set(randomOctets(8), 6)
      sockets[counts.sent++ % sources]!.send(hello, port, '127.0.0.1')
    }
    await turn()
  }
  await new Promise((resolve) => setTimeout(resolve, 200))
  process.send!({ type: 'flooded', ...counts } satisfies FloodReply)
}

function helloTo(remoteStatic: Uint8Array): Uint8Array {
  return new Initiator({
    crypto: channelCrypto,
    static: newDhKey(),
    ephemeral: newDhKey(),
    kem: newKemKey(),
    connectionId: randomOctets(8),
    suites: [hybridSuite],
    remoteStatic,
    context: new Uint8Array(0),
    payload: credentialsDigest(randomOctets(32), identityCrypto),
  }).hello.slice()
}
