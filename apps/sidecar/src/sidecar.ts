/** A side-car: one agent, the local servers that it exposes, and the address where local programs call others. @module */
import type { Agent, Lookup } from '@vagus/agent'
import type { Tracer } from '@vagus/observability'
import type { ServiceName } from '@vagus/qos'
import type { AnyMetric } from '@vagus/signals'
import { Chooser } from './found/chooser.ts'
import { Claimants, type FindSources } from './found/claimants.ts'
import type { FindRule } from './found/find-rule.ts'
import type { Groups } from './groups/groups.ts'
import type { Gateway, GatewayOptions } from './gateway/gateway.ts'
import { Calls } from './local/calls.ts'
import type { Tokens } from './local/guard.ts'
import { listenLocally, type LocalListener } from './local/local-listener.ts'
import { ProblemTeller } from './local/problem-teller.ts'
import { Notes } from './notes.ts'
import { CallServices } from './roster/call-services.ts'
import { AgentMeters } from './observed/agent-metrics.ts'
import { CallMeters } from './observed/call-meters.ts'
import { CallObserver } from './observed/call-observer.ts'
import { watchSessions } from './observed/session-watch.ts'
import type { Fleet } from './roster/fleet.ts'
import { callerPolicy } from './served/caller.ts'
import { CardSkills } from './served/card-skills.ts'
import type { Exposed } from './served/exposure.ts'
import { serveHttp } from './served/serve-http.ts'
import { outsideProtocol, protocol } from './wire/http-exchange.ts'

export interface SidecarOptions {
  /** Of the agent. */
  readonly name: string
  /** Belongs to the side-car from now on, and is closed with it. */
  readonly agent: Agent
  /** File of what the side-car remembers over its end; `:memory:` for nothing. */
  readonly notes: string
  readonly exposed: Exposed
  /** Ids or names of whom the local servers serve; empty: whoever proves an identity. */
  readonly allowed: readonly string[]
  /** What names of `allowed` and `find` mean. */
  readonly lookup: Lookup
  /** Who may call whom for what, beside `allowed`. It is the admission of the agent, too, and is closed with it. */
  readonly fleet?: Fleet | undefined
  /** Of an agent with a fleet; closed with it. */
  readonly groups?: Groups | undefined
  /** Who may answer to a skill or a role; without it nobody does. */
  readonly find?: { readonly rules: readonly FindRule[]; readonly sources: FindSources }
  /** Without a roster, which service calls get; with one, what those of local programs ask for. */
  readonly service?: ServiceName | undefined
  /** As of `Serving`. */
  readonly hides?: 'paths' | undefined
  /** Where local programs call; 0: a port that the kernel chooses. */
  readonly port: number
  readonly tokens: Tokens
  /** In place of an address for local programs, one for callers outside. */
  readonly gateway?: GatewayOptions | undefined
  /** Spans of calls; without one nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Whether calls and sessions are counted for `metrics`. */
  readonly counts?: 'calls and sessions' | undefined
  /** Takes lines for people, on calls of local programs that failed; without it they are not told. */
  readonly report?: ((line: string) => void) | undefined
}

export interface Sidecar {
  /** `http://127.0.0.1:40000`: agents are below `/agents/NAME`. Of a gateway, as callers outside know it. */
  readonly url: string
  /** What the card of the exposed A2A server says; `undefined` when none is exposed. */
  readonly cardSkills: CardSkills | undefined
  /** Empty unless it counts. */
  metrics(): readonly AnyMetric[]
  close(): Promise<void>
}

/** Octets of requests of one caller outside that are held at once: two of the longest, and at least this. */
const leastHeldOfOne = 1_048_576
/**
 * Calls of one caller outside for each request that it may have at once: it may leave one and come back, and what it left goes on
 * for two minutes. Without a limit one caller had all calls of the gateway.
 */
const leftOfOne = 8

/** @throws node's error when the port or the file cannot be had */
export async function startSidecar({
  name,
  agent,
  exposed,
  allowed,
  lookup,
  find,
  fleet,
  groups,
  service,
  hides,
  port,
  tokens,
  gateway,
  tracer,
  counts,
  report,
  ...options
}: SidecarOptions): Promise<Sidecar> {
  const notes = new Notes(options.notes)
  const { holders } = notes
  const meters = counts === undefined ? undefined : { calls: new CallMeters(), agent: new AgentMeters(agent) }
  const isObserved = tracer !== undefined || meters !== undefined
  const observer = isObserved ? new CallObserver({ tracer, meters: meters?.calls, keeper: notes }) : undefined
  if (observer !== undefined && tracer !== undefined) void watchSessions(agent, () => observer.open)
  const claimants = find && new Claimants(find.rules, find.sources, lookup, fleet)
  const services = new CallServices(agent.id, fleet, service)
  const calls = new Calls(agent, notes, {
    services,
    observer,
    ...(gateway && {
      heldOctetsOfOne: Math.max(2 * gateway.maxOctets, leastHeldOfOne),
      callsOfOne: leftOfOne * gateway.limits.atOnce,
    }),
    chooserOf: claimants && ((callsTo) => new Chooser({ agent, claimants, holders, callsTo })),
  })
  const teller = report && new ProblemTeller(report)
  const listen = async (): Promise<LocalListener & Partial<Gateway>> => {
    if (gateway === undefined) return listenLocally(calls, { name, agent, lookup, groups, teller }, port, tokens)
    const { listenOutside } = await import('./gateway/gateway.ts') // no other side-car needs it
    return listenOutside(calls, gateway)
  }
  const server = await listen().catch((error: unknown) => {
    notes.close()
    throw error
  })
  const policy = callerPolicy(allowed, lookup, fleet)
  const served = serveHttp({ exposed, policy, notes, fleet, services, hides, observer })
  agent.serve(protocol, served)
  agent.serve(outsideProtocol, served)
  const closing = new AbortController()
  return {
    url: server.url,
    cardSkills: exposed.a2a === undefined ? undefined : new CardSkills(exposed.a2a, notes, closing.signal),
    metrics: () =>
      meters === undefined
        ? []
        : [...meters.calls.metrics(), ...meters.agent.metrics(fleet, Date.now()), ...(server.metrics?.() ?? [])],
    async close() {
      closing.abort()
      fleet?.close()
      groups?.close()
      await server.close()
      await agent.close() // before the notes: what it still serves is written down
      calls.end()
      notes.close()
    },
  }
}
