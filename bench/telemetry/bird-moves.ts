/**
 * Run inside a network namespace of its own: BIRD with an agent beside it, and behind two links BIRD as the router of the
 * neighbour AS, which forwards in its kernel. Traffic for a prefix is moved between the links by MED under a steady
 * stream. Prints one line of JSON. First argument: how many moves.
 * @module
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActuationReceipt, DeviceAgent } from '@vagus/api/telemetry'
import { defaultClasses } from '@vagus/bgp/actuation'
import { Agent } from '@vagus/device'
import { readInterfaceCounters } from '@vagus/linux'
import { BirdRouter } from '@vagus/router'
import { startSpeaker } from '@vagus/speaker'
import { ask, beginning, quiet, type Received, Script, until } from './script.ts'

const moves = Number(process.argv[2] ?? 30)
const as = 64512
const agentAddress = '169.254.77.2'
const customer = '10.9.9.1'
const prefix = '10.16.0.0/16'
const [receiver, source, port] = ['10.16.0.1', '198.18.0.1', '9001']
const rate = 2000
const octets = 200
const folder = mkdtempSync(join(tmpdir(), 'vagus-moves-'))
const at = (name: string): string => join(folder, name)

const neighbour = spawn('unshare', ['-n', 'sleep', '600'])
const children = [neighbour]
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
await until('the neighbour has a namespace', async () => {
  return readlinkSync(`/proc/${neighbour.pid}/ns/net`) !== readlinkSync('/proc/self/ns/net')
})
const there = ['nsenter', '-t', String(neighbour.pid), '-n', '--'] as const
shell(`ip link set lo up
  for one in 1 2; do ip link add eth$one type veth peer name eth$one netns ${neighbour.pid}; ip link set eth$one up
    ip addr add 10.9.$one.0/31 dev eth$one; done
  ip addr add 10.0.0.1/32 dev lo; ip addr add ${receiver}/32 dev lo
  for one in ${agentAddress} ${customer}; do ip route add local $one dev lo; done
  ip route add 198.18.0.0/15 nexthop via 10.9.1.1 nexthop via 10.9.2.1
  ${there.join(' ')} sh -ec 'ip link set lo up; ip addr add ${source}/32 dev lo
    for one in 1 2; do ip link set eth$one up; ip addr add 10.9.$one.1/31 dev eth$one; done'`)

const policyFile = at('vagus.conf')
const router = new BirdRouter({ socket: at('ours.ctl'), policyFile })
const linkNames = ['eth1', 'eth2']
const indices = new Map(readInterfaceCounters().map(({ name, index }) => [name, index]))
const snippet = await router.snippet({
  as,
  agentAddress,
  holdTime: 9,
  classes: defaultClasses,
  links: linkNames.map((name) => ({ ifIndex: indices.get(name)!, name, neighbours: [`to_${name}`] })),
  internal: [],
  telemetryPrefixes: 'refuse',
})
writeFileSync(policyFile, snippet)
bird(
  'ours',
  [],
  `router id 10.0.0.1;
protocol device { }
protocol direct { ipv4; interface "eth*"; }
include "${policyFile}";
${linkNames
  .map(
    (
      name,
      index,
    ) => `protocol bgp to_${name} { local 10.9.${index + 1}.0 as ${as}; neighbor 10.9.${index + 1}.1 as 64600;
  connect delay time 1; connect retry time 1; error wait time 1, 2;
  ipv4 { import all; export filter { bgp_med = 100; vagus_to_${name}(); accept; }; next hop self; }; }`,
  )
  .join('\n')}
protocol bgp office { local 10.0.0.1 as ${as}; neighbor ${customer} as 64701; multihop; passive; ipv4 { import all; export none; }; }
`,
)
bird(
  'theirs',
  there,
  `router id ${source};
protocol device { }
protocol kernel { ipv4 { import none; export all; }; }
${linkNames
  .map(
    (
      name,
      index,
    ) => `protocol bgp from_${name} { local 10.9.${index + 1}.1 as 64600; neighbor 10.9.${index + 1}.0 as ${as};
  connect delay time 1; connect retry time 1; error wait time 1, 2; ipv4 { import all; export none; }; }`,
  )
  .join('\n')}
`,
)
await until('both run', async () => existsSync(at('ours.ctl')) && existsSync(at('theirs.ctl')))
const office = await startSpeaker(
  {
    as: 64701,
    identifier: customer,
    peers: [{ name: 'router', address: '10.0.0.1', localAddress: customer, as, families: ['ipv4-unicast'] }],
  },
  () => undefined,
)
await office.announce('all', { prefixes: [prefix] })

const control = at('agent.sock')
const stop = new AbortController()
const options = { name: 'bird-1', router, identifier: '10.0.0.99', localAddress: agentAddress, control }
const running = Agent.run({ ...options, report: () => undefined }, stop.signal)
await until('the agent answers', async () => {
  const { sessions } = await ask<DeviceAgent>(control, 'GET', '/v1/agent')
  return sessions.every(({ state }) => state === 'established')
})
const post = (number: number): Promise<ActuationReceipt> =>
  ask(control, 'POST', '/v1/bgp/actuations', { owner: 'bench', prefix, interface: 'eth1', class: number, seconds: 600 })
await until('the neighbour is told', async () => (await post(6)).verifiedAfterMs !== null)

const script = (file: string, words: readonly string[], before: readonly string[] = []): Script => {
  const command = [...before, process.execPath, resolve(import.meta.dirname, file), ...words]
  const child = spawn(command[0]!, command.slice(1))
  children.push(child)
  return new Script(child)
}
const sink = script('udp-receiver.ts', [receiver, port])
const watchers = linkNames.map((name) => script('watch-interface.ts', [name, String(2 * octets)]))
for (const one of [sink, ...watchers]) await one.line()
const sender = script('udp-sender.ts', [source, receiver, port, String(rate), '600', String(octets)], there)
await watchers[1]!.line()

const delays: number[] = []
let wrong = 0
for (let move = 0; move < moves; move++) {
  const number = move % 2 === 0 ? 1 : 6
  await quiet(watchers[move % 2]!)
  const began = beginning(watchers[move % 2]!)
  const from = performance.timeOrigin + performance.now()
  const receipt = await post(number)
  if (receipt.after.some(({ med }) => med !== (number === 1 ? 10 : 1000))) wrong++
  delays.push((await began) - from)
  await sleep(200)
}
sender.stop()
const { sent } = JSON.parse(await sender.line()) as { sent: number }
await sleep(300)
sink.stop()
const { received, late, overflowed } = JSON.parse(await sink.line()) as Received
process.stdout.write(
  `${JSON.stringify({ delays, wrong, lost: sent - received - overflowed, overflowed, late, sent })}\n`,
)
stop.abort()
await running
await office.close()
process.exit(0)

function bird(name: string, before: readonly string[], config: string): void {
  writeFileSync(at(`${name}.conf`), config)
  const words = [...before, 'bird', '-f', '-c', at(`${name}.conf`), '-s', at(`${name}.ctl`), '-P', at(`${name}.pid`)]
  children.push(spawn(words[0]!, words.slice(1), { stdio: ['pipe', 'inherit', 'inherit'] }) as never)
}

/** @throws {Error} with what the shell says */
function shell(command: string): void {
  const { status, stderr } = spawnSync('sh', ['-ec', command], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
}
