/**
 * In a namespace of its own: an agent that reaches a server in another one over IPv4, and then gets IPv6 addresses of
 * every standing. Prints what it tells others, and when it has a path over IPv6.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import { identityOf, lookupOf, newSeeds, type Seeds, withAddresses } from './identities.ts'

const ip = (...words: readonly string[]): void => void execFileSync('ip', words)
const places = ['udp://10.77.0.2:7601', 'udp://[2001:db8::99]:7601']

async function serve(seeds: Seeds): Promise<void> {
  await once(process.stdin, 'data') // when the link is there
  ip('addr', 'add', '10.77.0.2/24', 'dev', 'far')
  ip('addr', 'add', '2001:db8::99/64', 'dev', 'far', 'nodad')
  ip('link', 'set', 'far', 'up')
  await openAgent({ identity: identityOf(seeds), lookup: lookupOf(), listen: places })
  process.stdout.write('ready')
}

/** Whether the kernel still looks for another host with the address. */
const isTentative = (): boolean =>
  /^20010db8000000000000000000000001 \S+ \S+ \S+ [4c]0/m.test(readFileSync('/proc/net/if_inet6', 'latin1'))

async function call(): Promise<void> {
  const seeds = newSeeds('server')
  const words = ['-n', process.execPath, import.meta.filename, JSON.stringify(seeds)]
  const server = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const namespaceOf = (process: number | 'self'): string => readlinkSync(`/proc/${process}/ns/net`)
  while (namespaceOf(server.pid!) === namespaceOf('self')) await sleep(20)
  ip('link', 'set', 'lo', 'up')
  ip('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far')
  ip('link', 'set', 'far', 'netns', `${server.pid!}`)
  ip('addr', 'add', '10.77.0.1/24', 'dev', 'near')
  ip('link', 'set', 'near', 'up')
  server.stdin.write('go')
  await once(server.stdout, 'data')
  const caller = await openAgent({
    identity: identityOf(newSeeds('caller')),
    lookup: lookupOf(withAddresses(seeds, places)),
    listen: ['udp://[::]:7601'],
  })
  const connection = await caller.connect('server')
  await sleep(500) // until it has looked for further paths

  // The kernel makes a temporary address of the first.
  writeFileSync('/proc/sys/net/ipv6/conf/near/use_tempaddr', '2')
  ip('addr', 'add', '2001:db8::1/64', 'dev', 'near', 'mngtmpaddr')
  await sleep(100)
  const tentative = isTentative() && caller.addresses().length === 0 // not told before it is usable
  while (isTentative()) await sleep(20)
  const usable = performance.now()
  const isBeside = (): boolean => connection.paths().some(({ local }) => local.includes('2001:db8:'))
  while (!isBeside() && performance.now() - usable < 3000) await sleep(20)
  const beside = isBeside()
  for (let index = 1; index <= 8; index++)
    ip('addr', 'add', `2001:db8::d${index}/64`, 'dev', 'near', 'nodad', 'preferred_lft', '0')
  await sleep(100)
  const hasTemporary = /^\S+ \S+ \S+ 00 \S*1 /m.test(readFileSync('/proc/net/if_inet6', 'latin1'))
  const preferred = caller.addresses()
  ip('addr', 'del', '2001:db8::1/64', 'dev', 'near')
  await sleep(100)
  const deprecated = caller.addresses().length
  process.stdout.write(JSON.stringify({ tentative, beside, hasTemporary, preferred, deprecated }))
  server.kill('SIGKILL')
  process.exit(0)
}

const [, , seeds] = process.argv
await (seeds === undefined ? call() : serve(JSON.parse(seeds) as Seeds))
