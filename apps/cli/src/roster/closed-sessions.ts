/** How the sessions with an agent end after it was put in quarantine, as the others tell the controller. @module */
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionList } from '@vagus/api'
import type { AgentId } from '@vagus/identity'
import type { Client } from '../client.ts'

/** Milliseconds: side-cars close within one, and tell of it at once. */
const patience = 5000
const step = 100

/** Names or ids of those who tell of a session with the agent. What it tells itself does not count: it may be a thief's. */
export async function peersOf(client: Client, agent: AgentId): Promise<readonly string[]> {
  const { items } = await client.get<SessionList>('SessionList', '/v1/sessions', { peer: agent })
  return [
    ...new Set(
      items.filter((session) => session.state === 'up').map((session) => session.agent.name ?? session.agent.id),
    ),
  ]
}

export interface Closed {
  /** Those who still tell of one. */
  readonly left: readonly string[]
  /** Milliseconds until there was none, or until we gave up. */
  readonly took: number
}

/** Waits until nobody tells of a session with the agent. */
export async function untilClosed(client: Client, agent: AgentId, signal: AbortSignal): Promise<Closed> {
  const since = performance.now()
  for (;;) {
    const left = await peersOf(client, agent)
    const took = performance.now() - since
    if (left.length === 0 || took >= patience) return { left, took }
    await pause(step, undefined, { signal })
  }
}
