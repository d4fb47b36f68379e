/** How much the sessions of each agent carried over the last minutes, as its side-car counts it. @module */
import type { ReportedSession } from '@vagus/api'
import type { AgentId } from '@vagus/identity'
import type { HeldReport } from '../agents/session-reports.ts'

/** One each ten seconds of six minutes. At the limit the oldest goes. */
const maxSamples = 37
const sampleEvery = 9000
/** Octets of the headers of a packet, with those of IP: UDP, and TCP without options. */
const headers = { udp: 8, tcp: 20, ws: 20, relay: 8 } as const

/** Octets of IP packets since the agent was first heard here; time in milliseconds since 1970. */
interface Sample {
  readonly at: number
  readonly sent: number
  readonly received: number
}

interface Counted {
  readonly newest: Sample
  /** The oldest first. */
  readonly samples: readonly Sample[]
  readonly sessions: ReadonlyMap<string, Sums>
}

type Sums = Pick<Sample, 'sent' | 'received'>

export class CarriedHistory {
  /** As many as agents report; each goes with its report. */
  readonly #counted = new Map<AgentId, Counted>()

  take({ agent, receivedAt: at, sessions }: Pick<HeldReport, 'agent' | 'receivedAt' | 'sessions'>): void {
    const counting = sessions.flatMap((session) => {
      const sums = octetsOf(session)
      return sums === undefined ? [] : [[`${session.peer} ${session.since}`, sums] as const]
    })
    const before = this.#counted.get(agent)
    if (counting.length === 0 && before === undefined) return
    let { sent, received } = before?.newest ?? { sent: 0, received: 0 }
    for (const [key, sums] of counting) {
      // What a session carried before it was first told of here belongs to no window.
      const known = before?.sessions.get(key) ?? (before === undefined ? sums : { sent: 0, received: 0 })
      sent += Math.max(0, sums.sent - known.sent)
      received += Math.max(0, sums.received - known.received)
    }
    const newest = { at, sent, received }
    const samples = before?.samples ?? []
    const isDue = at - (samples.at(-1)?.at ?? -Infinity) >= sampleEvery
    this.#counted.set(agent, {
      newest,
      samples: isDue ? [...samples, newest].slice(-maxSamples) : samples,
      sessions: new Map(counting),
    })
  }

  forget(agent: AgentId): void {
    this.#counted.delete(agent)
  }

  /** About the last `milliseconds` until its newest report at or before `until`, between two of its reports. */
  over(
    agent: AgentId,
    milliseconds: number,
    until: number,
  ): (Sums & { readonly from: number; readonly to: number }) | undefined {
    const counted = this.#counted.get(agent)
    if (counted === undefined) return undefined
    const known = [...counted.samples, counted.newest].filter(({ at }) => at <= until)
    const last = known.at(-1)
    const first = known.findLast(({ at }) => at <= (last?.at ?? 0) - milliseconds) ?? known[0]
    if (last === undefined || first === undefined || first.at >= last.at) return undefined
    return { from: first.at, to: last.at, sent: last.sent - first.sent, received: last.received - first.received }
  }
}

function octetsOf({ carried, paths }: ReportedSession): Sums | undefined {
  if (carried === undefined) return undefined
  const path = paths.find(({ primary }) => primary) ?? paths[0]
  const each = headers[path?.kind ?? 'udp'] + (path?.remote.includes('[') === true ? 40 : 20)
  return {
    sent: carried.sent.octets + carried.sent.packets * each,
    received: carried.received.octets + carried.received.packets * each,
  }
}
