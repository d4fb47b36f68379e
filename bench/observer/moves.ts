/**
 * Several agents move between networks at about the same time, like passengers of one train. Who watches both networks
 * tries to say which session of the old one goes on as which of the new one.
 * @module
 */
import type { Padding } from '../../packages/channel/src/index.ts'
import { Draws } from './draws.ts'
import { linkOf, lightTasks, mannerOf, perform } from './sessions.ts'
import { SessionWire } from './session-wire.ts'
import { taskOf } from './tasks.ts'
import type { Trace } from './trace.ts'

/** `sudden`: the old network is gone, and the host finds out. `planned`: announced, both are used for half a second. */
export type Move = 'sudden' | 'planned'

export interface Moved {
  readonly before: Trace
  readonly after: Trace
  /** Connection ids that the observer has seen on both networks. */
  readonly sameIds: number
}

export interface Companions {
  readonly move: Move
  readonly padding: Padding
  /** How many move together. */
  readonly together: number
}

/** Milliseconds that are watched before and after. */
const watched = 30_000
/** All begin to move within so many milliseconds. */
const within = 2000
/** As `vagus agent move` does without further options. */
const duplicateFor = 500

/** A group of agents; each begins at the same time. */
export function companions(seed: number, { move, padding, together }: Companions): readonly Moved[] {
  return Array.from({ length: together }, (_, which) => moved(1000 * seed + which, move, padding))
}

function moved(seed: number, move: Move, padding: Padding): Moved {
  const draws = new Draws(seed)
  const manner = mannerOf(draws)
  const rest = draws.about(1500, 0.5)
  const wire = new SessionWire(seed, linkOf(draws), padding)
  const tasks = Array.from({ length: 60 }, () => ({
    task: taskOf(draws.one(lightTasks), draws, manner),
    pause: draws.wait(rest),
  }))
  const next = linkOf(draws)
  const startsAt = watched + draws.between(0, within)
  const notices = draws.between(50, 500)
  const began = wire.now
  perform(wire, tasks, () => undefined)
  wire.run(startsAt)
  const { network } = wire
  const { a } = network.sessions
  const [old] = network.links
  const add = (): void => void a.addPath(network.link(next).routes.a, network.now)
  if (move === 'sudden') {
    old!.isCut = true
    wire.run(notices)
    add()
    a.removeRoute(old!.routes.a, network.now)
  } else {
    add()
    wire.run(200)
    a.intend({ from: 0, duplicateFor }, network.now)
    wire.run(3 * duplicateFor)
    a.removePath(0, network.now)
  }
  wire.run(began + startsAt + watched - wire.now)
  const [before, after] = [0, 1].map((flow) => wire.seen.filter((seen) => seen.flow === flow))
  const [first, second] = wire.ids
  return { before: before!, after: after!, sameIds: [...(second ?? [])].filter((id) => first!.has(id)).length }
}
