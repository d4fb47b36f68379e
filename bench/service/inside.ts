/**
 * Three agents call a fourth through side-cars over one link of 20 Mbit/s that others fill: one whose role has the service
 * control, one without a role, and one that does not mark. First without services at the router, then with them, then beside
 * a stranger who marks as the first one does. In network and mount namespaces of its own; prints one line of JSON.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Keyring, ownAgent } from '@vagus/keyring'
import { services } from '@vagus/qos'
import { MemberPlaces } from '../../apps/device/src/services/member-places.ts'
import { RosterStore } from '../../apps/device/src/services/roster-store.ts'
import { ServiceDesk } from '../../apps/device/src/services/service-desk.ts'

const root = resolve(import.meta.dirname, '../..')
const vagus = join(root, 'apps/cli/src/main.ts')
const traffic = join(root, 'apps/device/test/fixtures/service-traffic.ts')
const capacity = 20e6
const callers = ['planner', 'clerk', 'plain'] as const
export type Caller = (typeof callers)[number]
const hosts = [...callers, 'other', 'worker'] as const
type Host = (typeof hosts)[number]
const addressOf = (host: Host): string => `10.0.${hosts.indexOf(host) + 1}.2`
const calls = 200

const run = (line: string): string => execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })
run('mount -t tmpfs none /run && mkdir -p /run/netns && ip link set lo up && sysctl -qw net.ipv4.ip_forward=1')
for (const host of hosts) {
  const gateway = addressOf(host).replace(/2$/, '1')
  const inside = `ip netns exec ${host} ip`
  run(`ip netns add ${host} && ip link add to-${host} type veth peer name eth0 netns ${host}`)
  run(`ip address add ${gateway}/24 dev to-${host} && ip link set to-${host} up`)
  run(`${inside} address add ${addressOf(host)}/24 dev eth0 && ${inside} link set eth0 up && ${inside} link set lo up`)
  run(`${inside} route add default via ${gateway}`)
}
run(`tc qdisc add dev to-worker root handle 1: tbf rate ${capacity}bit burst 16k limit 125k`) // 50 ms

const home = mkdtempSync(join(tmpdir(), 'vagus-bench-service-'))
const keyring = new Keyring(join(home, 'agents'))
const idOf = (name: string): string => ownAgent({ keyring, name, report: () => undefined }).identity.id
const owner = idOf('acme')
const members = [...callers, 'worker'].map((name) => ({
  id: idOf(name),
  name,
  roles: name === 'planner' ? ['planner'] : [],
}))
const roster = keyring.signRoster(
  'acme',
  () => ({
    members,
    policies: 'permit (principal, action, resource);',
    services: [{ role: 'planner', service: 'control' }],
  }),
  Date.now(),
)

const running: ChildProcess[] = []
function start(host: Host, command: readonly string[]): ChildProcess {
  const child = spawn('ip', ['netns', 'exec', host, process.execPath, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, VAGUS_HOME: home },
  })
  running.push(child)
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (process.env['VAGUS_BENCH_SAYS'] !== undefined) process.stderr.write(`${host}: ${text}`)
  })
  return child
}
const sideCar = async (name: Host, ...words: readonly string[]): Promise<void> => {
  const listen = `udp://${addressOf(name)}:7601,tcp://${addressOf(name)}:7601`
  const child = start(name, [vagus, 'run', '--name', name, '--roster', owner, '--listen', listen, ...words])
  let said = ''
  await new Promise<void>((done, failed) => {
    child.stderr!.on('data', (text: string) => {
      said += text
      if (said.includes('calls others at')) done()
    })
    child.once('exit', () => failed(new Error(said)))
  })
}

const programs = join(home, 'programs')
mkdirSync(programs)
writeFileSync(
  join(programs, 'server.mjs'),
  `import { createServer } from 'node:http'
createServer((request, response) => response.end('x'.repeat(200))).listen(9000, '127.0.0.1')`,
)
writeFileSync(
  join(programs, 'prober.mjs'),
  `const trips = []
for (let at = 0; at < ${calls}; at++) {
  const began = performance.now()
  const answer = await fetch('http://127.0.0.1:7700/agents/worker/')
  await answer.text()
  trips.push(answer.status === 200 ? performance.now() - began : null)
  await new Promise((done) => setTimeout(done, 20))
}
console.log(JSON.stringify(trips))
process.exit()`,
)

export interface Trips {
  readonly p50: number
  readonly p99: number
  readonly failed: number
}

async function probe(host: Caller): Promise<Trips> {
  const child = start(host, [join(programs, 'prober.mjs')])
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await once(child, 'close')
  const trips = (JSON.parse(text) as (number | null)[]).map((one) => one ?? Infinity).sort((a, b) => a - b)
  const rank = (share: number): number => trips[Math.max(0, Math.ceil(share * trips.length) - 1)]!
  return { p50: rank(0.5), p99: rank(0.99), failed: trips.filter((one) => one === Infinity).length }
}
/** One after the other: three at once wait for each other's processes rather than for the link. */
async function probes(): Promise<Record<Caller, Trips>> {
  const found: Partial<Record<Caller, Trips>> = {}
  for (const caller of callers) found[caller] = await probe(caller)
  return found as Record<Caller, Trips>
}
const flood = (dscp: number, bitsPerSecond: number): ChildProcess =>
  start('other', [traffic, 'flood', addressOf('worker'), String(dscp), String(bitsPerSecond)])

const options = { links: ['to-worker'], owner, api: 'http://127.0.0.1:1' }
const sources = {
  rosters: { newer: () => Promise.resolve(roster.jws) },
  list: {
    find: (id: string) => {
      const { name } = members.find((one) => one.id === id)!
      return Promise.resolve([{ document: keyring.open(name, Date.now()).identity.document }])
    },
  },
}
const control = join(home, 'device.sock')
const desk = new ServiceDesk(
  {
    options,
    control,
    capacities: new Map(),
    block: undefined,
    attached: () => [],
    report: (line) => process.stderr.write(`${line}\n`),
    tell: undefined,
  },
  new MemberPlaces(options, new RosterStore(control), sources),
)

try {
  start('worker', [join(programs, 'server.mjs')])
  await sideCar('worker', '--a2a', 'http://127.0.0.1:9000')
  await sideCar('planner', '--port', '7700')
  await sideCar('clerk', '--port', '7700')
  await sideCar('plain', '--port', '7700', '--marks', 'off')
  const idle = await probes()
  flood(0, capacity * 1.5)
  await sleep(1000)
  const without = await probes()
  await desk.look(new AbortController().signal)
  const served = await probes()
  flood(services.control.dscp, capacity)
  await sleep(1000)
  const spoofed = await probes()
  const { counts, addresses } = await desk.status()
  await desk.close()
  process.stdout.write(`${JSON.stringify({ idle, without, served, spoofed, counts, addresses })}\n`)
} finally {
  for (const child of running) child.kill('SIGKILL')
}
