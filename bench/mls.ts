/**
 * Groups of 10, 100 and 1,000 members, against ts-mls in the same run: what a change costs its committer and each other
 * member, a join, and messages. Groups are fresh, one bulk of adds old: the worst case, where a path has to reach every
 * member by itself. `packages/mls/test/ts-mls.test.ts` shows that both speak the same protocol.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Row } from '../scripts/bench.ts'
import type { MlsPeer, MlsPeerModule } from './mls/peer.ts'
import { VagusAgent } from './mls/vagus.ts'

type Progress = (line: string) => void
type Make = (name: string) => Promise<MlsPeer>

const rounds = 5
const messages = 100

/** Milliseconds of processors, or octets. */
type Figures = Record<keyof typeof claims, number>

const claims = {
  burst: { what: 'add all others in one commit', unit: 'ms' },
  welcome: { what: 'its welcome, for each new member', unit: 'octets' },
  join: { what: 'join by it', unit: 'ms' },
  update: { what: 'commit with fresh keys', unit: 'ms' },
  updateOctets: { what: 'its size', unit: 'octets' },
  process: { what: 'process it', unit: 'ms' },
  add: { what: 'add one member', unit: 'ms' },
  addOctets: { what: 'its size, without the welcome', unit: 'octets' },
  processAdd: { what: 'process it', unit: 'ms' },
  remove: { what: 'remove one member', unit: 'ms' },
  processRemove: { what: 'process it', unit: 'ms' },
  seal: { what: 'send a message of 100 octets', unit: 'ms' },
  open: { what: 'open one', unit: 'ms' },
} as const
const aims: Readonly<Record<string, string>> = {
  'process 1000': '>= 20',
  'burst 1000': 'ours < 1,000 ms',
}

/** Of all threads of this process: ts-mls works in several. */
const spent = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [milliseconds: number, T]> {
  const before = spent()
  const value = await work()
  return [spent() - before, value]
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

async function figuresOf(make: Make, size: number): Promise<Figures> {
  const leader = await make('leader')
  await leader.create(Uint8Array.of(1, 2, 3, 4))
  const others: MlsPeer[] = []
  for (let index = 1; index < size; index++) others.push(await make(`member ${index}`))
  const [burst, added] = await timed(() => leader.commit({ add: others.map(({ keyPackage }) => keyPackage) }))
  const member = others[size >> 1]!
  const [joining] = await timed(() => member.join(added.welcome!))
  const costs: Record<string, number[]> = {}
  const sizes: Record<string, number> = {}
  const cost = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const [milliseconds, value] = await timed(work)
    ;(costs[name] ??= []).push(milliseconds)
    return value
  }
  for (let round = 0; round < rounds; round++) {
    const update = await cost('update', () => leader.commit({}))
    await cost('process', () => member.receive(update.message))
    sizes['update'] ??= update.message.length
    const newcomer = await make(`newcomer ${round}`)
    const add = await cost('add', () => leader.commit({ add: [newcomer.keyPackage] }))
    await cost('processAdd', () => member.receive(add.message))
    sizes['add'] ??= add.message.length
    const remove = await cost('remove', () => leader.commit({ remove: [size] }))
    await cost('processRemove', () => member.receive(remove.message))
  }
  const data = new Uint8Array(100)
  const [seal, sent] = await timed(async () => {
    const list: Uint8Array[] = []
    for (let index = 0; index < messages; index++) list.push(await leader.seal(data))
    return list
  })
  const [open] = await timed(async () => {
    for (const message of sent) await member.receive(message)
  })
  const of = (name: string): number => median(costs[name]!)
  return {
    burst,
    welcome: added.welcome!.length / (size - 1),
    join: joining,
    update: of('update'),
    updateOctets: sizes['update']!,
    process: of('process'),
    add: of('add'),
    addOctets: sizes['add']!,
    processAdd: of('processAdd'),
    remove: of('remove'),
    processRemove: of('processRemove'),
    seal: seal / messages,
    open: open / messages,
  }
}

export async function measure(progress: Progress): Promise<readonly Row[]> {
  const folder = join(import.meta.dirname, 'mls/peers')
  install(folder, progress)
  const peer = (await import(pathToFileURL(join(folder, 'ts-mls.mjs')).href)) as MlsPeerModule
  const own: Make = async (name) => new VagusAgent(name)
  const other: Make = (name) => peer.agent(name)
  for (const make of [own, other]) for (let round = 0; round < 3; round++) await figuresOf(make, 10) // V8 compiles
  const rows: Row[] = []
  for (const size of [10, 100, 1000]) {
    const ours = await figuresOf(own, size)
    const theirs = await figuresOf(other, size)
    for (const [name, { what, unit }] of Object.entries(claims)) {
      const [us, them] = [ours[name as keyof Figures], theirs[name as keyof Figures]]
      const aim = aims[`${name} ${size}`] ?? 'none of its own'
      progress(`${size} members, ${what}: ours ${us.toFixed(2)}, ts-mls ${them.toFixed(2)} ${unit}`)
      rows.push({ claim: `${size} members: ${what}`, unit, ours: us, peer: them, ratio: them / us, aim })
    }
  }
  return rows
}

/** The peer has a lock file of its own, so that nobody else waits for it. */
function install(folder: string, progress: Progress): void {
  if (existsSync(`${folder}/node_modules`)) return
  progress('installing the peer')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`npm ci in bench/mls/peers ended with ${String(status)}`)
}
