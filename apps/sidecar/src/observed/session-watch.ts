/** Tells open calls what the sessions of their agents do meanwhile: moved, lost, back, resumed. @module */
import type { Agent, Connection, ConnectionEvent, Path } from '@vagus/agent'
import type { Attributes } from '@vagus/signals'
import type { ObservedCall } from './observed-call.ts'

type Watched = Pick<Agent, 'connections'>

/** Until the agent ends. @param open calls that are not over */
export async function watchSessions(agent: Watched, open: () => Iterable<ObservedCall>): Promise<void> {
  const known = new Set<string>()
  for await (const connection of agent.connections()) {
    const { id } = connection.peer.identity
    const tell = (name: string, attributes: Attributes): void => {
      for (const call of open()) if (call.peer === id) call.event(name, attributes)
    }
    // The first session of an agent is what its call waited for, which the call says itself.
    if (known.has(id)) tell('vagus.session.opened', { 'vagus.session.how': connection.how })
    known.add(id)
    if (known.size > maxKnown) known.delete(known.values().next().value!)
    void watch(connection, tell)
  }
}

/** Agents of which a session is known; the first go. */
const maxKnown = 4096

async function watch(connection: Connection, tell: (name: string, attributes: Attributes) => void): Promise<void> {
  for await (const event of connection.events()) {
    const told = toldOf(event)
    if (told !== undefined) tell(...told)
  }
  tell('vagus.session.closed', {})
}

/** Kinds of paths, not addresses. */
function toldOf(event: ConnectionEvent): readonly [name: string, attributes: Attributes] | undefined {
  if (event.event === 'gap') return ['vagus.gap', { 'vagus.gap.ms': Math.round(event.milliseconds) }]
  if (event.event === 'peer.will-move') return ['vagus.peer.moves', {}]
  if (event.event !== 'path.switched') return undefined
  const { from, to } = event
  if (to === undefined) return ['vagus.path.lost', { 'vagus.path.from': kindOf(from) }]
  return ['vagus.path.moved', { 'vagus.path.from': kindOf(from), 'vagus.path.to': kindOf(to) }]
}

const kindOf = (path: Path | undefined): string => path?.kind ?? 'none'
