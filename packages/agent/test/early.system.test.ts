/** Exchanges that begin with the first message of a resumed session: executed once, whatever becomes of that message. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../../../scripts/eventually.ts'
import { isOfSession } from '@vagus/channel'
import { type Agent, type Connection, type JournalPlace, openAgent } from '../src/index.ts'
import { Forwarder } from './forwarder.ts'
import { identityOf, lookupOf, newSeeds, type Seeds } from './identities.ts'

/** What a handler saw: the message, and whether the caller was known to be there yet. */
interface Served {
  readonly text: string
  readonly connections: number
}

const served: Served[] = []
let seeds: Seeds
let server: Agent
let caller: Agent
let forwarders: readonly Forwarder[]
let journal: JournalPlace
const home = mkdtempSync(join(tmpdir(), 'vagus-early-'))
let journals = 0
const newJournal = (): JournalPlace => ({ folder: join(home, String(journals++)) })

const portOf = (agent: Agent): number => Number(new URL(agent.addresses()[0]!).port)
const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString()

async function openServer(): Promise<Agent> {
  const listen = ['udp://127.0.0.1:0']
  const agent = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen, journal })
  agent.serve('upper', {
    async handle(exchange) {
      for await (const { octets } of exchange.messages()) {
        served.push({ text: textOf(octets), connections: agent.connected().length })
        await exchange.send(Buffer.from(textOf(octets).toUpperCase()))
      }
    },
  })
  return agent
}

/** One message there and its answer, the message written at once. */
async function ask(text: string): Promise<string> {
  const exchange = await caller.call('server', { protocol: 'upper', head: new Uint8Array(0) })
  await exchange.send(Buffer.from(text))
  await exchange.end()
  const answers: string[] = []
  for await (const { octets } of exchange.messages()) answers.push(textOf(octets))
  assert.equal(await exchange.over, 'ended')
  return answers.join()
}

/** Until a ticket is there for the next session, which `ask` will begin. */
async function part(): Promise<void> {
  await sleep(50)
  await Promise.all(caller.connected().map((connection: Connection) => connection.close()))
}

beforeEach(async () => {
  served.length = 0
  journal = newJournal()
  forwarders = await Promise.all([Forwarder.open(0), Forwarder.open(0)])
  seeds = newSeeds(
    'server',
    forwarders.map(({ port }) => `udp://127.0.0.1:${port}`),
  )
  server = await openServer()
  for (const forwarder of forwarders) forwarder.server = portOf(server)
  caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup: lookupOf(seeds) })
  assert.equal(await ask('first'), 'FIRST')
  await part()
})

afterEach(async () => {
  await Promise.all([caller.close(), server.close()])
  for (const forwarder of forwarders) forwarder.close()
})

after(() => rmSync(home, { recursive: true }))

test('the other side acts on it before it has heard anything else, and a second answer comes from the same session', async () => {
  for (const forwarder of forwarders) forwarder.drops = (datagram) => isOfSession(datagram)
  const answer = ask('second')
  while (served.length < 2) await sleep(5)
  assert.deepEqual(served[1], { text: 'second', connections: 0 })
  for (const forwarder of forwarders) forwarder.drops = () => false
  assert.equal(await answer, 'SECOND')
  assert.equal(await ask('third'), 'THIRD')
  assert.deepEqual(
    served.map(({ text, connections }) => [text, connections]),
    [
      ['first', 1],
      ['second', 0],
      ['third', 1],
    ],
  )
})

test('what does not fit the first message follows in the session', async () => {
  const long = 'abcdefgh'.repeat(5000)
  assert.equal(await ask(long), long.toUpperCase())
  assert.equal(await ask('after'), 'AFTER')
})

test('an answer that is lost for a while brings no second execution', async () => {
  for (const forwarder of forwarders) forwarder.held = []
  const answer = ask('late')
  await eventually('it is served', () => served.length === 2)
  await sleep(700)
  assert.deepEqual(
    served.slice(1).map(({ text }) => text),
    ['late'],
  )
  for (const forwarder of forwarders) forwarder.release()
  assert.equal(await answer, 'LATE')
  assert.equal(served.length, 2)
})

test('where nothing comes back by the way of the ticket, another way brings the answer of the one execution', async () => {
  const [first] = forwarders
  first!.held = []
  assert.equal(await ask('elsewhere'), 'ELSEWHERE')
  assert.deepEqual(
    served.slice(1).map(({ text }) => text),
    ['elsewhere'],
  )
})

/** The server's process begins again: its tickets are lost, and what is not in `journal`. */
async function restart(): Promise<void> {
  await server.close()
  server = await openServer()
  for (const forwarder of forwarders) forwarder.server = portOf(server)
}

test('a message that was acted on is not acted on again where its answer is lost, and the ticket is expired when it comes again', async () => {
  for (const forwarder of forwarders) forwarder.held = []
  const exchange = await caller.call('server', { protocol: 'upper', head: new Uint8Array(0) })
  await exchange.send(Buffer.from('pay'))
  while (served.length < 2) await sleep(5)
  await server.close()
  for (const forwarder of forwarders) forwarder.held = undefined
  journal = newJournal()
  await restart()
  assert.equal(await exchange.over, 'gap')
  assert.deepEqual(
    served.slice(1).map(({ text }) => text),
    ['pay'],
  )
  assert.equal(await ask('next'), 'NEXT')
})

test('of a server that lost its tickets and its journal nobody knows whether it read it: that is a gap', async () => {
  journal = newJournal()
  await restart()
  const exchange = await caller.call('server', { protocol: 'upper', head: new Uint8Array(0) })
  assert.equal(await exchange.over, 'gap')
  assert.equal(await ask('again'), 'AGAIN')
  assert.deepEqual(
    served.slice(1).map(({ text }) => text),
    ['again'],
  )
})

test('a server that lost its tickets alone is asked again, and its journal knows that this is the first time', async () => {
  await restart()
  assert.equal(await ask('second'), 'SECOND')
  await part()
  await restart()
  assert.equal(await ask('third'), 'THIRD')
  assert.deepEqual(
    served.slice(1).map(({ text }) => text),
    ['second', 'third'],
  )
})

test('nothing goes early to a server whose journal ends with its process: there a restart is no gap', async () => {
  journal = 'memory'
  await restart()
  await caller.close()
  caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup: lookupOf(seeds) })
  assert.equal(await ask('second'), 'SECOND')
  await part()
  await restart()
  assert.equal(await ask('third'), 'THIRD')
})

test('a call that is given up at once leaves nothing behind', async () => {
  const exchange = await caller.call('server', { protocol: 'upper', head: new Uint8Array(0) })
  exchange.cancel('not needed')
  assert.equal(await exchange.over, 'cancelled')
  assert.equal(await ask('next'), 'NEXT')
  assert.deepEqual(caller.exchanges(), [])
})
