import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { AgentId } from '@vagus/identity'
import { eventually } from '../../../scripts/eventually.ts'
import { type Admission, type Agent, openAgent, type ServedExchange } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

const protocol = 'test/1'
const head = new Uint8Array(0)
const octet = Uint8Array.of(1)
const open: Agent[] = []
const folder = mkdtempSync(join(tmpdir(), 'vagus-admission-'))
after(async () => {
  await Promise.all(open.map((agent) => agent.close()))
  rmSync(folder, { recursive: true, force: true })
})

/** Refuses those whom the test names, and says so. */
class Barred implements Admission {
  readonly ids = new Set<AgentId>()
  refusalOf({ id }: { readonly id: AgentId }): string | undefined {
    return this.ids.has(id) ? 'it is in quarantine' : undefined
  }
}

interface Served {
  readonly began: ServedExchange[]
  readonly gaveUp: string[]
}

/** Sends an octet as long as it may. */
function serve(agent: Agent): Served {
  const served: Served = { began: [], gaveUp: [] }
  agent.serve(protocol, {
    async handle(exchange) {
      served.began.push(exchange)
      exchange.signal.addEventListener('abort', () => served.gaveUp.push((exchange.signal.reason as Error).message))
      for (;;) {
        await exchange.send(octet)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
  })
  return served
}

/** A server and a caller that know each other. @param of where each has its admission */
async function two(of: { readonly server?: Admission; readonly caller?: Admission }) {
  const seeds = { server: newSeeds('server'), caller: newSeeds('caller') }
  const begin = async (name: 'server' | 'caller', others: readonly Seeds[], journal?: string): Promise<Agent> => {
    const agent = await openAgent({
      identity: identityOf(seeds[name]),
      lookup: lookupOf(...others),
      ...(name === 'server' ? { listen: ['udp://127.0.0.1:0'] } : {}),
      ...(of[name] === undefined ? {} : { admission: of[name] }),
      ...(journal === undefined ? {} : { journal: { folder: journal } }),
    })
    open.push(agent)
    return agent
  }
  const server = await begin('server', [])
  const addressed = withAddresses(seeds.server, server.addresses())
  server.renew(identityOf(addressed))
  const newCaller = (journal?: string): Promise<Agent> => begin('caller', [addressed], journal)
  return { server, newCaller, caller: await newCaller() }
}

const ended = async (exchange: { readonly over: Promise<string>; readonly problem: Error | undefined }) =>
  [await exchange.over, exchange.problem?.message] as const

for (const side of ['server', 'caller'] as const) {
  test(`what the admission of the ${side} refuses ends on both sides, and works again once it is admitted`, async () => {
    const barred = new Barred()
    const agents = await two({ [side]: barred })
    const { server, caller } = agents
    const { began, gaveUp } = serve(server)
    const exchange = await caller.call('server', { protocol, head })
    const received: number[] = []
    const reading = (async () => {
      for await (const { cursor } of exchange.messages()) received.push(cursor)
    })()
    await eventually('messages come', () => received.length > 3)
    barred.ids.add(side === 'server' ? caller.id : server.id)
    agents[side].judge()
    const sent = began[0]!.sent
    await assert.rejects(reading, { code: 'refused', message: /it is in quarantine/ })
    assert.match((await ended(exchange)).join(' '), /^refused (refused by did:key:\w+: )?it is in quarantine$/)
    await eventually('the handler is told', () => gaveUp.length === 1)
    assert.match(gaveUp[0]!, /it is in quarantine/)
    if (side === 'server') assert.ok(received.at(-1)! <= sent, `${received.at(-1)} of ${sent}`) // nothing was sent after
    const again = await caller.call('server', { protocol, head })
    assert.match((await ended(again)).join(' '), /^refused .*it is in quarantine$/)
    const closed = caller.connect('server').then(async (connection) => connection.closed)
    assert.match(await closed.catch(({ message }: Error) => message), /it is in quarantine/)
    assert.deepEqual([began.length, server.connected().length], [1, 0])
    barred.ids.clear()
    agents[side].judge()
    const third = await caller.call('server', { protocol, head })
    assert.equal((await third.messages().next()).value?.cursor, 1)
    assert.equal(began.length, 2)
    third.cancel('enough')
  })
}

test('a call that waits in the journal is not brought to an agent that is refused by then', async () => {
  const barred = new Barred()
  const { server, newCaller } = await two({ caller: barred })
  const { began } = serve(server)
  const journal = join(folder, 'journal')
  const before = await newCaller(journal)
  const exchange = await before.call('server', { protocol, head, id: 'order-1' })
  await exchange.messages().next()
  await before.close()
  barred.ids.add(server.id)
  const back = await newCaller(journal)
  const [restored] = back.exchanges()
  assert.match((await ended(restored!)).join(' '), /^refused it is in quarantine$/)
  assert.deepEqual(back.exchanges(), [])
  assert.equal(began.length, 1)
})

test('an agent that is refused as a peer is used as a relay, and opens no exchange', async () => {
  const asked: string[] = []
  const onlyRelays: Admission = {
    refusalOf(_, as) {
      asked.push(as)
      return as === 'relay' ? undefined : 'it is no member'
    },
  }
  const { server, newCaller } = await two({ caller: onlyRelays })
  const caller = await newCaller()
  await assert.rejects(caller.connect('server'), { code: 'refused', message: 'it is no member' })
  const { Hub } = await import('../src/hub.ts')
  assert.ok(caller instanceof Hub)
  await caller.connect('server', { as: 'relay' })
  await assert.rejects(caller.connect('server'), { code: 'refused' })
  const { began } = serve(caller)
  const exchange = await server.call(caller.id, { protocol, head }).catch(() => undefined)
  assert.equal(exchange?.peerId, undefined)
  caller.judge()
  assert.equal(caller.connected().length, 1)
  assert.deepEqual(began, [])
  exchange?.cancel('enough')
})
