/** One GRASP node in a network namespace of its own, told by its parent what to do. @module */
import { writeFileSync } from 'node:fs'
import { eventually } from '../../../scripts/eventually.ts'
import { type Grasp, openGrasp } from '../src/index.ts'
import { addressOf, ip, numberType } from './links.ts'

/** What the parent asks for; each gets one answer. */
export type NodeRequest =
  /** Opens an instance on these interfaces, in place of an earlier one. The answer says that it listens on all. */
  | { readonly ask: 'open'; readonly interfaces: readonly string[] }
  | { readonly ask: 'flood'; readonly value: number }
  | { readonly ask: 'counters' }

export interface NodeCounters {
  /** Floods that a service agent got. */
  readonly heard: number
  readonly floodsReceived: number
  readonly floodsRelayed: number
  readonly duplicates: number
  readonly rateLimited: number
}

const told = { ...numberType('EX6', 'synchronization'), loopCount: 255 }
const node = Number(process.argv[2])
let grasp: Grasp | undefined
let teller: ReturnType<Grasp['agent']> | undefined
let heard = 0

async function open(interfaces: readonly string[]): Promise<void> {
  await grasp?.close()
  heard = 0
  for (const name of interfaces) ip(`link set ${name} up`)
  const opened = await openGrasp({ mode: 'plain', interfaces, address: addressOf(node) })
  grasp = opened
  await eventually(`node ${node} listens`, () => opened.instance.interfaces.length === interfaces.length)
  teller = opened.agent('teller')
  if (node === 0) teller.register(told)
  else void hear(opened.agent('hearer').watch(told))
}

async function hear(floods: AsyncIterator<unknown>): Promise<void> {
  while (!(await floods.next()).done) heard++
}

function counters(): NodeCounters {
  const { floodsReceived, floodsRelayed, duplicates, rateLimited } = grasp!.instance.counters
  return { heard, floodsReceived, floodsRelayed, duplicates, rateLimited }
}

async function answer(request: NodeRequest): Promise<NodeCounters | true> {
  if (request.ask === 'counters') return counters()
  if (request.ask === 'open') await open(request.interfaces)
  else teller!.flood(told, request.value, { ttlMs: 60_000 })
  return true
}

writeFileSync('/proc/sys/net/ipv6/conf/default/accept_dad', '0') // addresses are valid at once
ip('link set lo up')
process.on('message', (request: NodeRequest) => {
  void answer(request).then((value) => process.send!(value))
})
process.on('disconnect', () => process.exit(0))
process.send!(true)
