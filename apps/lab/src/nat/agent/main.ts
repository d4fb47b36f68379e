/**
 * An agent of the scenario `nat`. Arguments: what it is (`relay`, `server`, `caller`), the folder of all keys, and its
 * name. The server counts, a message every 10 ms; the caller reads, says `settled` when the search for a direct path has
 * ended, takes the line `cut` as the time from which the path was cut, and `end` as the end.
 * @module
 */
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { type Agent, type Connection, openAgent, proxyOf, Relay } from '@vagus/agent'
import { Keyring, ownIdentityOf } from '@vagus/keyring'
import { folderLookup } from '@vagus/lookup'
import { relayAddress, relayPorts } from '../network.ts'
import type { AgentSays } from '../report.ts'

const [what, folder, name] = process.argv.slice(2) as ['relay' | 'server' | 'caller', string, string]
const keyring = new Keyring(join(folder, 'agents'))
const own = keyring.openToRun(name, Date.now())
const lookup = folderLookup(join(folder, 'agents'))
const say = (said: AgentSays): void => void process.stdout.write(`${JSON.stringify(said)}\n`)

const pace = 10
/** Milliseconds for a direct path; a search of ports takes nine seconds. */
const patience = 14_000

function publish(agent: Agent, further: readonly string[] = []): void {
  const exp = Math.floor(Date.now() / 1000) + 3600
  const locators = [{ network: 'net', sequence: 1, addresses: [...agent.addresses(), ...further], exp }]
  agent.renew(ownIdentityOf(keyring.renew(name, { locators }, Date.now())))
}

/** Whether any path, such as that to the relay, goes through a proxy. */
const isProxied = (agent: Agent): boolean =>
  agent.connected().some((each) => each.paths().some(({ proxy }) => proxy !== undefined))

async function relay(): Promise<void> {
  const listen = [
    ...relayPorts.map((port) => `udp://0.0.0.0:${port}`),
    'tcp://0.0.0.0:7602',
    'ws://127.0.0.1:8080/relay',
  ]
  const agent = await openAgent({ identity: ownIdentityOf(own), lookup, listen })
  void new Relay(agent, own.signer)
  agent.addresses = ((before) => () => [
    ...before().filter((uri) => !uri.startsWith('ws:')),
    `wss://${relayAddress}/relay`,
  ])(agent.addresses.bind(agent))
  publish(agent)
  say({ type: 'ready' })
}

async function server(): Promise<void> {
  const agent = await openAgent({
    identity: ownIdentityOf(own),
    lookup,
    relays: ['relay'],
    proxy: proxyOf(process.env),
  })
  agent.serve('count', {
    async handle(exchange) {
      const asked = new AbortController()
      void (async () => {
        for await (const _ of exchange.messages());
        asked.abort()
      })()
      let count = 0
      for (; !asked.signal.aborted; await sleep(pace)) await exchange.send(Buffer.from(String(count++)))
      await exchange.send(Buffer.from(`of ${count}`))
      say({ type: 'served', isProxied: isProxied(agent) })
    },
  })
  publish(agent)
  say({ type: 'ready' })
}

async function caller(): Promise<void> {
  const agent = await openAgent({
    identity: ownIdentityOf(own),
    lookup,
    relays: ['relay'],
    proxy: proxyOf(process.env),
  })
  const connection = await agent.connect('server')
  const began = performance.now()
  const read = { next: 0, lost: 0, repeated: 0, of: 0, gap: 0, cutGap: null as number | null }
  let isCut = false
  let last = Infinity
  const exchange = await agent.call('server', { protocol: 'count', head: new Uint8Array(0) })
  const reading = (async () => {
    for await (const { octets } of exchange.messages()) {
      const text = Buffer.from(octets).toString()
      const now = performance.now()
      if (isCut) read.cutGap = Math.max(read.cutGap ?? 0, now - last)
      else read.gap = Math.max(read.gap, now - last)
      last = now
      if (text.startsWith('of ')) {
        read.of = Number(text.slice(3))
        continue
      }
      const number = Number(text)
      if (number < read.next) read.repeated++
      else read.lost += number - read.next
      read.next = Math.max(read.next, number + 1)
    }
  })()
  const directAfter = await directTime(connection, began)
  const { traversal } = connection
  const primary = connection.paths().find((path) => path.primary)
  const proxied = isProxied(agent)
  say({ type: 'settled' })
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'cut') isCut = true
    if (line === 'end') break
  }
  await exchange.end()
  await reading
  say({
    type: 'ended',
    path: primary === undefined ? 'none' : primary.kind === 'relay' ? 'relay' : 'direct',
    isProxied: proxied,
    directAfter,
    mapped: [traversal?.own ?? null, traversal?.peer ?? null],
    why: traversal?.why ?? null,
    sent: read.of,
    lost: read.lost + (read.of - read.next),
    repeated: read.repeated,
    gap: read.gap,
    cutGap: read.cutGap,
  })
  process.exit(0)
}

/** Milliseconds from `began` until data goes directly; null when that is not found. */
async function directTime(connection: Connection, began: number): Promise<number | null> {
  while (performance.now() - began < patience) {
    if (connection.paths().some((path) => path.primary && path.kind === 'udp')) return performance.now() - began
    if (connection.traversal?.state === 'failed') return null
    await sleep(5)
  }
  return null
}

await { relay, server, caller }[what]()
