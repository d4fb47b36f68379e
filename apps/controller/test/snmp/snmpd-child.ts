/**
 * In network namespaces of its own: traffic over a pair of virtual interfaces, Debian's snmpd that counts it, and a
 * controller that asks. Prints what it saw as JSON.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventList, ExporterList, Link, LinkList, Status } from '@vagus/api'
import type { DeviceInterfaces } from '@vagus/api/counters'
import snmp from 'net-snmp'
import { until } from '../../../../scripts/eventually.ts'
import { newFolder, startProcess } from '../support/controller-process.ts'

const every = 2000
const secrets = { auth: 'an-auth-secret', privacy: 'a-privacy-secret' }
const port = 11_161
/** nsCacheTimeout of ifTable (NET-SNMP-AGENT-MIB): snmpd refreshes its counters every 3 s otherwise. */
const cacheTimeout = '1.3.6.1.4.1.8072.1.5.3.1.2.1.3.6.1.2.1.2.2'

const folder = mkdtempSync(join(tmpdir(), 'vagus-snmpd-'))
const ip = (...words: readonly string[]): string => execFileSync('ip', words, { encoding: 'utf8' })

function makeLinks(): void {
  ip('link', 'set', 'lo', 'up')
  ip('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far')
  for (const name of ['near', 'far']) ip('link', 'set', name, 'up')
  ip('address', 'add', '10.9.0.1/24', 'dev', 'near')
  const [far] = JSON.parse(ip('-j', 'link', 'show', 'far')) as [{ address: string }]
  // Nobody answers there: the frames are counted at both ends and dropped.
  ip('neighbour', 'add', '10.9.0.2', 'lladdr', far.address, 'dev', 'near')
}

async function startSnmpd(): Promise<ChildProcess> {
  const config = join(folder, 'snmpd.conf')
  const state = join(folder, 'state')
  mkdirSync(state, { recursive: true })
  const user = (name: string): string => `createUser ${name} SHA-256 "${secrets.auth}" AES "${secrets.privacy}"\n`
  const text = `agentaddress udp:0.0.0.0:${port}\n${user('vagus')}${user('setter')}rouser vagus priv\nrwuser setter priv\n`
  writeFileSync(config, text, { mode: 0o600 })
  const snmpd = spawn('snmpd', ['-f', '-r', '-Ln', '-C', '-c', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, MIBS: '', SNMP_PERSISTENT_DIR: state },
  })
  await until(refreshAtOnce, (isSet) => isSet)
  return snmpd
}

/** Whether snmpd has taken it: it is ready then, too. */
function refreshAtOnce(): Promise<boolean> {
  const user = {
    name: 'setter',
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols.sha256,
    authKey: secrets.auth,
    privProtocol: snmp.PrivProtocols.aes,
    privKey: secrets.privacy,
  }
  const session = snmp.createV3Session('127.0.0.1', user, { port, timeout: 500, retries: 0 })
  return new Promise((resolve) => {
    session.set([{ oid: cacheTimeout, type: snmp.ObjectType.Integer, value: 1 }], (error) => {
      resolve(error === null)
      session.close()
    })
  })
}

/** Octets that left by `near`, as the kernel counts them. */
interface Counted {
  readonly at: number
  readonly octets: number
}

function countedNow(): Counted {
  const [link] = JSON.parse(ip('-j', '-s', 'link', 'show', 'near')) as [{ stats64: { tx: { bytes: number } } }]
  return { at: Date.now(), octets: link.stats64.tx.bytes }
}

/** Bits per second between two times, by straight lines between what was counted. */
function rateBetween(counted: readonly Counted[], from: number, to: number): number {
  const octetsAt = (at: number): number => {
    const next = Math.max(
      1,
      counted.findIndex((one) => one.at >= at),
    )
    const [a, b] = [counted[next - 1]!, counted[next]!]
    return a.octets + ((b.octets - a.octets) * (at - a.at)) / (b.at - a.at)
  }
  return ((octetsAt(to) - octetsAt(from)) * 8000) / (to - from)
}

const device = (name: string, address: string, more: string, interfaces = ''): string =>
  `  - { name: ${name}, role: edge, address: ${address}, snmp: { ${more} }, interfaces: [${interfaces}] }\n`

function configOf(right: string, wrong: string): string {
  return `snmp: { user: vagus, secretsFile: ${right}, port: ${port}, every: ${every / 1000}s, timeout: 1s }
devices:
${device('r1', '127.0.0.1', '', '{ name: near, site: outside }, { name: far }')}${device('wrong-user', '127.0.0.2', 'user: nobody')}${device('wrong-password', '127.0.0.3', `secretsFile: ${wrong}`)}${device('no-answer', '127.0.0.4', 'port: 11162')}
sites: [{ name: outside, kind: neighbour, prefixes: [0.0.0.0/0] }]
links: [{ name: wire, a: { node: r1, interface: near }, z: { node: outside }, capacity: 100000000 }]
`
}

function secretsFile(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

makeLinks()
let snmpd = await startSnmpd()
const right = secretsFile('right', `auth: ${secrets.auth}\nprivacy: ${secrets.privacy}\n`)
const wrong = secretsFile('wrong', `auth: not-${secrets.auth}\nprivacy: ${secrets.privacy}\n`)
const home = newFolder(configOf(right, wrong))
const controller = await startProcess(home.folder)
const socket = createSocket('udp4')
const load = Buffer.alloc(1000)
const sending = setInterval(() => {
  for (let each = 0; each < 5; each++) socket.send(load, 9, '10.9.0.2')
}, 10)
const counted: Counted[] = [countedNow()]
const counting = setInterval(() => counted.push(countedNow()), 100)

const wire = async (): Promise<Link> => (await controller.json<LinkList>('/v1/links')).items[0]!
/** Load by SNMP as a share of what the kernel counted in the same time; 0 before anything is known. */
async function loadShare(): Promise<{ share: number; bits: number }> {
  const { counters } = await controller.json<ExporterList>('/v1/exporters')
  const to = Date.parse(counters?.find((one) => one.device === 'r1')?.snmp?.lastAt ?? '')
  const bits = (await wire()).aToZ.now ?? 0
  if (bits === 0 || Number.isNaN(to)) return { share: 0, bits }
  return { share: bits / rateBetween([...counted, countedNow()], to - every, to), bits }
}

const isRight = ({ share }: { share: number }): boolean => share > 0.95 && share < 1.05
const [before, exporters] = await Promise.all([
  until(loadShare, isRight),
  until(
    () => controller.json<ExporterList>('/v1/exporters'),
    ({ counters }) => counters!.filter(({ snmp: one }) => one!.state === 'unreachable').length === 3,
  ),
])
const interfaces = await controller.json<DeviceInterfaces>('/v1/devices/r1/interfaces')

snmpd.kill('SIGKILL')
await once(snmpd, 'exit')
snmpd = await startSnmpd()
const seen: number[] = []
const hasRestarted = async (): Promise<boolean> => {
  seen.push((await wire()).aToZ.now ?? 0)
  const { items } = await controller.json<EventList>('/v1/events?topics=snmp')
  return items.some(({ event }) => event === 'snmp.restarted')
}
await until(hasRestarted, (is) => is)
const after = await until(async () => {
  const one = await loadShare()
  seen.push(one.bits)
  return one
}, isRight)

clearInterval(sending)
clearInterval(counting)
const { items: events } = await controller.json<EventList>('/v1/events?topics=snmp')
const status = await controller.json<Status>('/v1/status')
const everything = JSON.stringify([
  status,
  events,
  await controller.json('/v1/config'),
  await (await fetch(`${controller.base}/metrics`)).text(),
  controller.lines,
])
const rates = counted
  .slice(10)
  .map((one, at) => ((one.octets - counted[at]!.octets) * 8000) / (one.at - counted[at]!.at))
await controller.end('SIGTERM')
snmpd.kill('SIGKILL')
socket.close()
home.remove()
rmSync(folder, { recursive: true, force: true })
process.stdout.write(
  JSON.stringify({
    before,
    after,
    seen,
    most: Math.max(...rates),
    interfaces,
    counters: exporters.counters,
    events,
    status,
    leaks: Object.values(secrets).filter((secret) => everything.includes(secret)),
  }),
)
