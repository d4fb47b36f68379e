/** What a change of the members costs, and how soon a group goes on without one that crashed. */
import type { Frame } from '../src/index.ts'
import { begin, rosterOf } from './chaos.ts'
import type { Counted, Simulation } from './simulation.ts'

const kinds: readonly Frame['type'][] = ['have', 'entry', 'stub', 'key', 'keyed']

/** What was told since, while `run` plays. */
function told(simulation: Simulation, run: () => void): Readonly<Record<Frame['type'], Counted>> {
  const before = new Map(kinds.map((kind) => [kind, { ...simulation.traffic[kind] }]))
  run()
  const since = (kind: Frame['type']): Counted => ({
    frames: simulation.traffic[kind].frames - before.get(kind)!.frames,
    octets: simulation.traffic[kind].octets - before.get(kind)!.octets,
  })
  return { have: since('have'), entry: since('entry'), stub: since('stub'), key: since('key'), keyed: since('keyed') }
}

/** In a group of `count` in which each has sent: one is put out, nobody sends; then one sends, then all. */
export function changeTraffic(
  count: number,
): Readonly<Record<'quiet' | 'one' | 'all', Readonly<Record<Frame['type'], Counted>>>> {
  const simulation = begin(count)
  const { members } = simulation
  for (const member of members) simulation.publish(member, 'x')
  simulation.run(8000)
  const rest = members.slice(1)
  const quiet = told(simulation, () => {
    simulation.setRoster(rosterOf(rest.map(({ id }) => id)))
    simulation.run(3000)
  })
  const one = told(simulation, () => {
    simulation.publish(rest[0]!, 'y')
    simulation.run(3000)
  })
  const all = told(simulation, () => {
    for (const member of rest.slice(1)) simulation.publish(member, 'y')
    simulation.run(5000)
  })
  return { quiet, one, all }
}

/** Milliseconds from a message until each that is alive has it, where the member in the middle of its way has crashed. */
export function goesOnAfter(count: number, crashed: number): number {
  const simulation = begin(count)
  const [sender, ...rest] = [...simulation.members].sort((a, b) => (a.id < b.id ? -1 : 1))
  simulation.publish(sender!, 'first')
  simulation.run(8000)
  const dead = new Set(rest.filter((_, at) => (at + 1) % 2 === 0).slice(-crashed))
  for (const member of dead) {
    member.engine = undefined // its streams stay: nobody knows yet
    member.wakeAt = Infinity
  }
  simulation.publish(sender!, 'second')
  const since = simulation.now
  const alive = rest.filter((member) => !dead.has(member))
  while (alive.some((member) => simulation.textsOf(member).length < 2) && simulation.now < since + 30_000)
    simulation.run(10)
  return simulation.now - since
}
