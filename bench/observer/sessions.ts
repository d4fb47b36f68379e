/** Sessions under observation, over the same links with the same tasks, whatever protects them. @module */
import type { Padding } from '../../packages/channel/src/index.ts'
import type { LinkOptions } from '../../packages/channel/test/virtual-network.ts'
import { Draws } from './draws.ts'
import { SessionWire } from './session-wire.ts'
import { framed, type Manner, type Task, type TaskName, taskNames, taskOf, toolOf } from './tasks.ts'
import { TlsWire } from './tls-wire.ts'
import type { Trace } from './trace.ts'

/** `tls`: records of TLS 1.3. Otherwise sessions of ours over UDP, with that padding. */
export type Protection = 'tls' | Padding

export interface Observed {
  readonly trace: Trace
  readonly label: number
  /** Milliseconds from the first message until the last one arrived. */
  readonly took: number
}

/** Milliseconds after a task in which its acknowledgements are still seen. */
const tail = 500
/** Milliseconds after which a task will never end. */
const hang = 1_800_000

/** 20 Mbit/s, and a delay that differs from session to session. */
export const linkOf = (draws: Draws): LinkOptions => ({ delay: draws.between(8, 40), jitter: 2, rate: 2500 })

/** Each task so many times, each time in a session of its own. */
export function tasksUnder(protection: Protection, runs: number): readonly Observed[] {
  return taskNames.flatMap((name, label) =>
    Array.from({ length: runs }, (_, run) => {
      const seed = 1000 * label + run + 1
      const draws = new Draws(seed)
      return { ...observe(wireOf(protection, seed, linkOf(draws)), [{ task: taskOf(name, draws), pause: 0 }]), label }
    }),
  )
}

/** Calls of tools of one server, each so many times. */
export function toolsUnder(protection: Protection, tools: number, runs: number): readonly Observed[] {
  return Array.from({ length: tools }, (_, label) => {
    const tool = toolOf(new Draws(500_000 + label))
    return Array.from({ length: runs }, (_, run) => {
      const seed = 600_000 + 1000 * label + run
      const draws = new Draws(seed)
      return { ...observe(wireOf(protection, seed, linkOf(draws)), [{ task: tool(draws), pause: 0 }]), label }
    })
  }).flat()
}

export interface AgentsOptions {
  readonly agents: number
  readonly sessions: number
  /** Of a session. */
  readonly tasks: number
  readonly seed: number
}

/** Agents with the same mix of tasks, each with sizes and pauses of its own. */
export function agentsUnder(
  protection: Protection,
  { agents, sessions, tasks, seed: first }: AgentsOptions,
): readonly Observed[] {
  return Array.from({ length: agents }, (_, label) => {
    const own = new Draws(1_000_000 * first + label)
    const manner = mannerOf(own)
    const rest = own.about(2500, 0.4)
    return Array.from({ length: sessions }, (_, session) => {
      const seed = 1_000_000 * first + 1000 * (label + 1) + session
      const draws = new Draws(seed)
      const link = linkOf(draws)
      const list = Array.from({ length: tasks }, () => ({
        task: taskOf(draws.one(taskNames), draws, manner),
        pause: draws.wait(rest),
      }))
      return { ...observe(wireOf(protection, seed, link), list), label }
    })
  }).flat()
}

/** What an agent is like, as far as its traffic shows it. */
export const mannerOf = (draws: Draws): Manner => ({
  asks: draws.about(1, 0.4),
  answers: draws.about(1, 0.4),
  pauses: draws.about(1, 0.4),
})

/** Names of tasks that do not fill a link. */
export const lightTasks = taskNames.filter((name): name is TaskName => !name.startsWith('file'))

const wireOf = (protection: Protection, seed: number, link: LinkOptions): SessionWire | TlsWire =>
  protection === 'tls' ? new TlsWire(seed, link) : new SessionWire(seed, link, protection)

interface Timed {
  readonly task: Task
  /** Milliseconds before it. */
  readonly pause: number
}

function observe(wire: SessionWire | TlsWire, tasks: readonly Timed[]): Omit<Observed, 'label'> {
  const from = wire.seen.length
  const began = wire.now
  const ended: number[] = []
  perform(wire, tasks, () => ended.push(wire.now))
  while (ended.length === 0) {
    wire.run(200)
    if (wire.now - began > hang) throw new Error(`the task has not ended after ${hang} ms`)
  }
  wire.run(tail)
  return { trace: wire.seen.slice(from), took: ended[0]! - began }
}

/** One after the other. */
export function perform(wire: SessionWire | TlsWire, [first, ...others]: readonly Timed[], done: () => void): void {
  if (first === undefined) done()
  else
    wire.at(wire.now + first.pause, () => wire.performer.perform(framed(first.task), () => perform(wire, others, done)))
}
