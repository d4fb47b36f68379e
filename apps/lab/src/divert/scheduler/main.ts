/**
 * The program of a scheduler, beside a side-car: `node main.ts OPTIONS`, with `SchedulerOptions` as JSON. It speaks A2A with
 * the stock SDK; of Vagus it knows the address of its side-car. It prints its process id when it serves, and ends with its
 * standard input; a line there has it give back its line first.
 * @module
 */
import { once } from 'node:events'
import type { Group } from '@vagus/api/groups'
import type { Arrival, Task } from '../task.ts'
import { Others, serve } from './a2a.ts'
import type { Strategy } from './decide.ts'
import { inputOf } from './input.ts'
import { Ledger } from './ledger.ts'
import { Network } from './network.ts'
import { Pool } from './pool.ts'
import { Scheduler } from './scheduler.ts'

export interface SchedulerOptions {
  readonly name: string
  readonly site: string
  readonly strategy: Strategy
  readonly slots: number
  /** A file. */
  readonly ledger: string
  /** Its own tasks, with `due` in milliseconds since 1970, and `at` from `began` on. */
  readonly arrivals: readonly Arrival[]
  /** Milliseconds since 1970. */
  readonly began: number
  /** Of loopback, where its side-car finds it. */
  readonly port: number
  /** Of its side-car, with a slash at the end. */
  readonly sideCar: string
}

const options = JSON.parse(process.argv[2]!) as SchedulerOptions // written by the scenario
const { name, site, strategy, slots, arrivals, began, port, sideCar } = options
const now = (): number => Date.now()
const ledger = new Ledger(options.ledger)
const others = new Others(`${sideCar}agents/`)
const network = new Network({
  site,
  ask: (data, within, metadata) => others.ask('network', data, within, metadata),
  tell: (id, to, state) => ledger.add({ type: 'line', id, to, state, at: now() }),
  now,
})
for (const { id, to } of ledger.lines()) network.adopt(to, id)

/** By their role in the fleet. */
let known: readonly string[] = []
async function peers(): Promise<readonly string[]> {
  if (known.length > 0) return known
  const response = await fetch(`${sideCar}groups/scheduler`, { headers: { accept: 'application/json' } })
  const { members } = (await response.json()) as Group
  known = members.flatMap((one) => (one.name === null || one.name === name ? [] : [one.name]))
  return known
}

const input = (from: string, { id, octets }: Task): Promise<Response> =>
  fetch(`${sideCar}agents/${from}/inputs/${id}/${octets}`)
const pool = new Pool(slots, now)
const scheduler = new Scheduler({ name, site, strategy, pool, ledger, others, network, peers, input, now })
await serve(
  port,
  (data) => scheduler.answer(data),
  (path, response) => {
    const [, id, octets] = /^\/inputs\/(\w+)\/(\d+)$/.exec(path) ?? []
    const task = ledger.entries.find((one) => one.type === 'chosen' && one.task.id === id)
    if (id === undefined || task?.type !== 'chosen' || task.task.octets !== Number(octets))
      response.writeHead(404).end()
    else response.end(inputOf(id, task.task.octets))
  },
)
for (const { at, ...task } of arrivals) setTimeout(() => scheduler.arrive(task), Math.max(0, began + at - now()))
const tidying = setInterval(() => void network.tidy(), 1000)
process.stdout.write(`${process.pid}\n`)
process.stdin.on('end', () => process.exit()).on('error', () => process.exit())
await once(process.stdin.resume(), 'data')
clearInterval(tidying)
await network.tidy('now')
process.exit()
