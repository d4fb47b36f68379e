/** Calls of an agent that is away: why they wait, and how a signal ends them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AgentError, type Exchange, type Lookup, openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

const nothing = new Uint8Array(0)
/** Milliseconds; far more than needed: a call that never says why it waits would be waited for without end. */
const limit = { timeout: 30_000 }

/** A caller, and a server whose document names its address only from `appear` on. */
async function absentServer() {
  const seeds = newSeeds('server')
  let lookup = lookupOf(seeds)
  const current: Lookup = { find: (name, options) => lookup.find(name, options) }
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: ['udp://127.0.0.1:0'] })
  const caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup: current })
  return {
    server,
    caller,
    appear() {
      lookup = lookupOf(withAddresses(seeds, server.addresses()))
      caller.networkChanged() // tries again at once
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all([caller.close(), server.close()])),
  }
}

async function problemOf(exchange: Exchange): Promise<Error> {
  while (exchange.problem === undefined) await sleep(5)
  return exchange.problem
}

describe('a call of an agent that is away', limit, () => {
  test('says why it waits until the agent is there, and goes on', async () => {
    await using pair = await absentServer()
    pair.server.serve('echo', {
      async handle(exchange) {
        await exchange.send(exchange.head)
        for await (const { octets } of exchange.messages()) await exchange.send(octets)
      },
    })
    const exchange = await pair.caller.call('server', { protocol: 'echo', head: Uint8Array.of(1) })
    const problem = await problemOf(exchange)
    assert.match(problem.message, /names no address/)
    assert.ok(problem instanceof AgentError)
    assert.deepEqual([problem.code, exchange.state], ['unreachable', 'open'])

    pair.appear()
    const messages = exchange.messages()
    assert.equal((await messages.next()).value?.octets[0], 1)
    assert.equal(exchange.problem, undefined)
    await exchange.end()
    assert.equal((await messages.next()).done, true)
    assert.deepEqual([await exchange.over, exchange.problem], ['ended', undefined])
  })

  test('says that its session is silent, until an answer comes', async () => {
    await using pair = await absentServer()
    pair.server.serve('echo', {
      async handle(exchange) {
        for await (const { octets } of exchange.messages()) await exchange.send(octets)
      },
    })
    pair.appear()
    const exchange = await pair.caller.call('server', { protocol: 'echo', head: nothing })
    await exchange.send(Uint8Array.of(1))
    await exchange.messages().next()
    const [connection] = pair.caller.connected()
    Object.defineProperty(connection, 'isSilent', { value: true, configurable: true })
    assert.deepEqual(exchange.problem, new AgentError('unreachable', 'no path to "server" gets an answer'))
    Object.defineProperty(connection, 'isSilent', { value: false })
    assert.equal(exchange.problem, undefined)
  })

  test('ends when its signal aborts, and leaves nothing', async () => {
    await using pair = await absentServer()
    const stop = new AbortController()
    const exchange = await pair.caller.call('server', { protocol: 'echo', head: nothing, signal: stop.signal })
    await problemOf(exchange)
    stop.abort(new Error('enough'))
    assert.equal(await exchange.over, 'cancelled')
    assert.deepEqual(exchange.problem, new AgentError('cancelled', 'enough'))
    await assert.rejects(exchange.messages().next(), { code: 'cancelled', message: 'enough' })
    assert.deepEqual(pair.caller.exchanges(), [])
  })
})

describe('the signal of a call', limit, () => {
  test('begins nothing if it has aborted', async () => {
    await using pair = await absentServer()
    const signal = AbortSignal.abort(new Error('too late'))
    await assert.rejects(pair.caller.call('server', { protocol: 'echo', head: nothing, signal }), /too late/)
    assert.deepEqual(pair.caller.exchanges(), [])
  })

  test('cancels what aborts while the journal stores it', async () => {
    await using pair = await absentServer()
    const stop = new AbortController()
    const called = pair.caller.call('server', { protocol: 'echo', head: nothing, signal: stop.signal })
    stop.abort('enough')
    const exchange = await called
    assert.deepEqual([exchange.state, exchange.problem?.message], ['cancelled', 'enough'])
    assert.deepEqual(pair.caller.exchanges(), [])
  })

  test('aborts the signal of the handler, with its reason', async () => {
    await using pair = await absentServer()
    const aborted = Promise.withResolvers<Error>()
    pair.server.serve('long', {
      async handle({ signal }) {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason as Error))
        stop.abort(new Error('not needed any more'))
        await aborted.promise
      },
    })
    pair.appear()
    const stop = new AbortController()
    const exchange = await pair.caller.call('server', { protocol: 'long', head: nothing, signal: stop.signal })
    assert.equal(await exchange.over, 'cancelled')
    assert.equal((await aborted.promise).message, 'not needed any more')
  })

  test('changes nothing once the exchange has ended', async () => {
    await using pair = await absentServer()
    pair.server.serve('short', { handle: async () => undefined })
    pair.appear()
    const stop = new AbortController()
    const exchange = await pair.caller.call('server', { protocol: 'short', head: nothing, signal: stop.signal })
    await exchange.end()
    assert.equal(await exchange.over, 'ended')
    stop.abort(new Error('too late'))
    assert.deepEqual([exchange.state, exchange.problem], ['ended', undefined])
  })
})
