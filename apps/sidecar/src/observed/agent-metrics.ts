/** What `/metrics` tells of the sessions of one agent. @module */
import type { Agent, Connection, ConnectionEvent } from '@vagus/agent'
import { type AnyMetric, counter, gauge, Histogram, samplesOf } from '@vagus/signals'
import type { Fleet } from '../roster/fleet.ts'

type PathKind = 'udp' | 'tcp' | 'ws' | 'relay' | 'none'

/** Seconds: from what nobody notices to a tunnel. */
const gapBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export class AgentMeters {
  readonly #agent: Pick<Agent, 'connections' | 'connected' | 'exchanges'>
  readonly #gaps = new Histogram(gapBounds)
  #opened = { handshake: 0, ticket: 0 }
  #moves = 0

  /** Watches until the agent ends. */
  constructor(agent: Pick<Agent, 'connections' | 'connected' | 'exchanges'>) {
    this.#agent = agent
    void this.#watch()
  }

  /** @param now milliseconds since 1970 */
  metrics(fleet: Pick<Fleet, 'roster'> | undefined, now: number): readonly AnyMetric[] {
    const connected = this.#agent.connected()
    const paths: Record<PathKind, number> = { udp: 0, tcp: 0, ws: 0, relay: 0, none: 0 }
    for (const connection of connected) paths[kindOf(connection)]++
    const roster = fleet?.roster
    return [
      gauge('vagus_sessions', 'Sessions with other agents, by the path that data takes.', samplesOf('path', paths)),
      gauge('vagus_sessions_silent', 'Sessions of which an answer is late on every path.', [
        { value: connected.filter(({ isSilent }) => isSilent).length },
      ]),
      gauge('vagus_streams', 'Open streams of all sessions.', [
        { value: connected.reduce((sum, { streamCount }) => sum + streamCount, 0) },
      ]),
      gauge('vagus_exchanges_open', 'Calls of this agent that are in its journal.', [
        { value: this.#agent.exchanges().length },
      ]),
      counter('vagus_sessions_opened_total', 'Sessions, by how they began.', samplesOf('how', this.#opened)),
      counter('vagus_path_moves_total', 'How often data of a session took another path.', [{ value: this.#moves }]),
      {
        name: 'vagus_session_gap_seconds',
        type: 'histogram',
        help: 'For how long nothing came over a session on which an answer was late.',
        samples: [{ value: this.#gaps.value }],
      },
      ...(roster === undefined
        ? []
        : [
            gauge('vagus_roster_epoch', 'Of the roster in force.', [{ value: roster.epoch }]),
            gauge('vagus_roster_age_seconds', 'Since its owner signed it.', [
              { value: (now - roster.issuedAt) / 1000 },
            ]),
          ]),
    ]
  }

  async #watch(): Promise<void> {
    for await (const connection of this.#agent.connections()) {
      this.#opened[connection.how]++
      void this.#follow(connection)
    }
  }

  async #follow(connection: Connection): Promise<void> {
    for await (const event of connection.events()) this.#take(event)
  }

  #take(event: ConnectionEvent): void {
    if (event.event === 'gap') this.#gaps.add(event.milliseconds / 1000)
    if (event.event === 'path.switched' && event.from !== undefined && event.to !== undefined) this.#moves++
  }
}

const kindOf = (connection: Connection): PathKind => connection.paths().find(({ primary }) => primary)?.kind ?? 'none'
