/**
 * Runs inside namespaces of its own (user, network, mount, PID), started by `traffic.system.test.ts`: makes a second
 * network namespace, joins the two by a veth pair, runs the generators of two sites in them and prints one JSON
 * document with what the kernels counted and what the generators say. Argument: a folder with `plan.json` in it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabError } from '../../src/errors.ts'
import type { Stats } from '../../src/traffic/control.ts'
import { askGenerator } from '../../src/traffic/control-socket.ts'
import { controlPath } from '../../src/traffic/generator.ts'
import { generatorCommand } from '../../src/traffic/generator-command.ts'

/** What the kernel of one site received. */
interface Received {
  readonly v4: number
  readonly v6: number
  /** Frames without their Ethernet headers, of the interface: both families, and what else was there. */
  readonly interface: number
}
export interface Sample {
  readonly stats: Stats
  /** Of the other site's namespace. */
  readonly received: Received
  /** How far apart the two were read at most: nothing on an idle machine. */
  readonly apartSeconds: number
}
export interface Observed {
  readonly samples: readonly { readonly factory: Sample; readonly 'dc-east': Sample }[]
  readonly surge: { readonly before: Sample; readonly after: Sample }
  /** From some seconds after a link that was down came back. */
  readonly mended: Observed['samples']
  readonly refused: unknown
  readonly exits: readonly (number | null)[]
  readonly leftSockets: boolean
}

const folder = process.argv[2]!
const ip = (...args: readonly string[]): unknown => execFileSync('ip', args)
const holder = spawn('unshare', ['--net', 'sleep', '600'])
const peer = holder.pid!
while (readlink(peer) === readlink(process.pid)) await sleep(20)
const enter = ['nsenter', `--net=/proc/${peer}/ns/net`] as const
const ipThere = (...args: readonly string[]): unknown => execFileSync(enter[0], [enter[1], 'ip', ...args])

writeFileSync('/proc/sys/net/ipv6/conf/default/accept_dad', '0')
ip('link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there', 'netns', String(peer))
type Run = (...args: readonly string[]) => unknown
const configure = (run: Run, device: string, own: number, other: number): void => {
  run('link', 'set', device, 'up')
  run('addr', 'replace', `192.0.2.${own}/24`, 'dev', device)
  run('addr', 'replace', `2001:db8:ff::${own}/64`, 'dev', device, 'nodad')
  run('route', 'replace', `10.${other}.0.0/16`, 'via', `192.0.2.${other}`)
  run('-6', 'route', 'replace', `2001:db8:${other}::/48`, 'via', `2001:db8:ff::${other}`)
}
configure(ip, 'here', 1, 2)
configure(ipThere, 'there', 2, 1)

const start = (site: string, prefix: readonly string[]): ReturnType<typeof spawn> => {
  const command = [...prefix, ...generatorCommand({ site, plan: join(folder, 'plan.json') })]
  return spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
}
const generators = [start('factory', []), start('dc-east', enter)]
const sites = { factory: process.pid, 'dc-east': peer }
const socketOf = (site: string): string => controlPath(folder, site)
while (!existsSync(socketOf('factory')) || !existsSync(socketOf('dc-east'))) await sleep(50)

async function sample(site: keyof typeof sites): Promise<Sample> {
  const asked = performance.now()
  const reply = await askGenerator(socketOf(site), { command: 'stats' })
  if (reply.type !== 'stats') throw new Error(JSON.stringify(reply))
  const received = receivedAt(site === 'factory' ? peer : process.pid)
  return { stats: reply.stats, received, apartSeconds: (performance.now() - asked) / 1000 }
}
const both = async (): Promise<Observed['samples'][number]> => ({
  factory: await sample('factory'),
  'dc-east': await sample('dc-east'),
})

await sleep(2500) // the first connections open, neighbours are found
const samples = [await both()]
await sleep(8000)
samples.push(await both())
const refused = await askGenerator(socketOf('factory'), {
  command: 'surge',
  from: 'dc-east',
  to: 'factory',
  factor: 2,
  seconds: 1,
}).catch(({ code, message }: LabError) => ({ code, message }))
await askGenerator(socketOf('factory'), { command: 'surge', from: 'factory', to: 'dc-east', factor: 2, seconds: 60 })
await sleep(300)
const before = await sample('factory')
await sleep(2500)
const surge = { before, after: await sample('factory') }

await askGenerator(socketOf('factory'), { command: 'surge', to: 'dc-east', factor: 1, seconds: 1 })
ipThere('link', 'set', 'there', 'down') // its routes and IPv6 addresses go with it
await sleep(1500)
configure(ipThere, 'there', 2, 1)
await sleep(4000) // TCP sends again after a while
const mended = [await both()]
await sleep(2500)
mended.push(await both())

const exits = generators.map(async (generator) => (await once(generator, 'exit'))[0] as number | null)
generators[0]!.kill('SIGINT')
generators[1]!.kill('SIGTERM')
const observed: Observed = {
  samples,
  surge,
  mended,
  refused,
  exits: await Promise.all(exits),
  leftSockets: existsSync(socketOf('factory')) || existsSync(socketOf('dc-east')),
}
holder.kill('SIGKILL')
process.stdout.write(JSON.stringify(observed))

/** Counters of the IP layer and of the interface in the namespace of process `pid`. */
function receivedAt(pid: number): Received {
  const read = (name: string): string => readFileSync(`/proc/${pid}/net/${name}`, 'utf8')
  const [names, values] = read('netstat')
    .split('\n')
    .filter((line) => line.startsWith('IpExt:'))
    .map((line) => line.split(' '))
  const device = /(?:here|there):\s*(\d+)\s+(\d+)/.exec(read('dev'))!
  return {
    v4: Number(values![names!.indexOf('InOctets')]),
    v6: Number(/^Ip6InOctets\s+(\d+)/m.exec(read('snmp6'))![1]),
    interface: Number(device[1]) - 14 * Number(device[2]),
  }
}

function readlink(pid: number): string {
  return execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' })
}
