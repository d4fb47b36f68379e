/**
 * In a namespace of its own: an agent with two uplinks, and bridges of containers between them, whose first uplink dies
 * without a word in the middle of an exchange. The server is in another namespace. Prints what came of it: the longest time
 * between two messages, and for how long the machine let this process wait, in milliseconds.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

const ip = (...words: readonly string[]): void => void execFileSync('ip', words)
const at = (name: string, address: string): void => {
  ip('addr', 'add', address, 'dev', name)
  ip('link', 'set', name, 'up')
}
const place = 'udp://10.79.0.2:7601'
const messages = 150

async function serve(seeds: Seeds): Promise<void> {
  await once(process.stdin, 'data') // when the links are there
  at('lo', '10.79.0.2/32')
  at('far0', '10.77.0.2/24')
  at('far1', '10.78.0.2/24')
  const server = await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: [place] })
  server.serve('count', {
    async handle(exchange) {
      for (let number = 0; number < messages; number++) {
        await exchange.send(Uint8Array.of(number))
        await sleep(20)
      }
    },
  })
  process.stdout.write('ready')
}

async function call(routes: string): Promise<void> {
  const seeds = newSeeds('server')
  const words = ['-n', process.execPath, import.meta.filename, 'serve', JSON.stringify(seeds)]
  const server = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const namespaceOf = (process: number | 'self'): string => readlinkSync(`/proc/${process}/ns/net`)
  while (namespaceOf(server.pid!) === namespaceOf('self')) await sleep(20)
  ip('link', 'set', 'lo', 'up')
  for (const number of [0, 1]) {
    ip('link', 'add', `up${number}`, 'type', 'veth', 'peer', 'name', `far${number}`)
    ip('link', 'set', `far${number}`, 'netns', `${server.pid!}`)
    at(`up${number}`, `10.7${7 + number}.0.1/24`)
    for (const bridge of [1, 2, 3].filter(() => number === 0)) {
      ip('link', 'add', 'name', `br${bridge}`, 'type', 'bridge')
      at(`br${bridge}`, `172.2${bridge}.0.1/16`)
    }
  }
  ip('route', 'add', 'default', 'via', '10.77.0.2', 'dev', 'up0', 'metric', '100')
  if (routes === 'by source') {
    ip('route', 'add', 'default', 'via', '10.78.0.2', 'dev', 'up1', 'table', '78')
    ip('rule', 'add', 'from', '10.78.0.1', 'table', '78')
  } else {
    ip('route', 'add', 'default', 'via', '10.78.0.2', 'dev', 'up1', 'metric', '200')
  }
  server.stdin.write('go')
  await once(server.stdout, 'data')
  const lookup = lookupOf(withAddresses(seeds, [place]))
  const caller = await openAgent({ identity: identityOf(newSeeds('caller')), lookup })
  const exchange = await caller.call('server', { protocol: 'count', head: new Uint8Array(0) })
  let [count, last, longest] = [0, Infinity, 0]
  const stalls = monitorEventLoopDelay({ resolution: 20 })
  stalls.enable()
  const reading = (async () => {
    for await (const { octets } of exchange.messages()) {
      if (octets[0] !== count++) throw new Error(`message ${octets[0]} instead of ${count - 1}`)
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
  })()
  await sleep(500)
  // Whatever leaves by it goes to nobody.
  ip('neigh', 'replace', '10.77.0.2', 'lladdr', '02:00:00:00:00:99', 'dev', 'up0', 'nud', 'permanent')
  const isOver = await Promise.race([reading.then(() => true), sleep(30_000, false)])
  const stalled = Math.round(stalls.max / 1e6)
  process.stdout.write(JSON.stringify({ isOver, count, longest: Math.round(longest), stalled }))
  server.kill('SIGKILL')
  process.exit(0)
}

const [, , word, seeds] = process.argv
await (seeds === undefined ? call(word!) : serve(JSON.parse(seeds) as Seeds))
