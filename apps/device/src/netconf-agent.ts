/**
 * The agent of a router that runs no program of ours: it asks and changes it over NETCONF, from any host, for AI agents. It
 * has no part in BGP, telemetry or steering.
 * @module
 */
import { apiVersion } from '@vagus/api'
import type { DeviceAgent } from '@vagus/api/telemetry'
import type { Tracer } from '@vagus/observability'
import type { SouthboundRouter } from '@vagus/router'
import { gauge, type Metric } from '@vagus/signals'
import { checkControl, type ControlHandler, startControlServer } from './control-server.ts'
import { commitsMetric } from './device-metrics.ts'
import { type DeviceDeed, tracedDeed } from './record/device-record.ts'
import { openRecord } from './record/open-record.ts'
import { rounds, textOf } from './rounds.ts'
import { commitStatus } from './southbound/commit-resource.ts'
import { openSouthbound, type SouthboundOptions, type SouthboundParts } from './southbound/open-southbound.ts'
import { southboundHandlers } from './southbound/southbound-handlers.ts'
import { timeText } from './time-of-day.ts'

/** Milliseconds between rounds: of what is due, and of looking whether the router is there. */
const every = { expiry: 1000, look: 30_000 } as const

export interface NetconfAgentOptions {
  readonly name: string
  readonly router: SouthboundRouter & { readonly software: () => Promise<string> }
  /** Path of the control socket. */
  readonly control: string
  /** What AI agents may ask of the router. */
  readonly tools: SouthboundOptions
  /** For what belongs to traces of others; without one nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** Gets what is counted, once the agent is there. */
  readonly whenCounting?: (metrics: () => readonly Metric[], unreadiness: () => readonly string[]) => void
  readonly report: (line: string) => void
}

/** Whether the router was there when it was last looked at. */
interface Reached {
  readonly state: 'established' | 'down'
  /** Milliseconds since 1970. */
  readonly since: number
  readonly software: string
  readonly problem: string | null
}

/** Runs until `signal` aborts; a commit that is pending is taken back then. @throws {RangeError} of options */
export async function runNetconfAgent(options: NetconfAgentOptions, signal: AbortSignal): Promise<void> {
  const { name, router, control, tools, report, tracer } = options
  await checkControl(control)
  using record = openRecord(options)
  const tell = record && ((deed: DeviceDeed): void => record.tell(tracedDeed(deed)))
  const southbound = openSouthbound({ router, control, tools, report, tell })
  const startedAt = Date.now()
  let reached: Reached = { state: 'down', since: startedAt, software: '', problem: null }
  const look = async (): Promise<void> => {
    try {
      const software = await router.software()
      const since = reached.state === 'established' ? reached.since : Date.now()
      reached = { state: 'established', since, software, problem: null }
    } catch (error) {
      const since = reached.state === 'down' ? reached.since : Date.now()
      reached = { ...reached, state: 'down', since, problem: textOf(error) }
      throw error
    }
  }
  const software = (): Promise<string> => router.software()
  const agent = { options: { name, router }, software, intents: undefined, policyChanges: undefined }
  const handlers = new Map<string, ControlHandler>([
    ...southboundHandlers(agent, southbound),
    ['GET /v1/agent', async () => ({ status: 200, body: agentResource(name, startedAt, reached, southbound) })],
  ])
  const server = await startControlServer(control, handlers, tracer)
  report(`answers at ${control}`)
  options.whenCounting?.(
    () => [
      gauge('vagus_router_reached', '1: the router answers over NETCONF.', [
        { value: reached.state === 'established' ? 1 : 0 },
      ]),
      ...commitsMetric(southbound),
    ],
    () => (reached.state === 'established' ? [] : ['the router does not answer']),
  )
  const loop = (interval: number, work: () => Promise<void>): Promise<void> =>
    rounds(interval, signal, work, (problem, state) => report(state === 'fails' ? problem : `over: ${problem}`))
  try {
    await Promise.all([
      loop(every.look, look),
      loop(every.expiry, async () => southbound.desk?.expire()),
      loop(every.expiry, async () => southbound.news.expire()),
    ])
  } finally {
    server.close()
    await southbound.desk?.end()
    router.close()
  }
}

function agentResource(
  device: string,
  startedAt: number,
  { state, since, software, problem }: Reached,
  { desk }: SouthboundParts,
): DeviceAgent {
  return {
    apiVersion,
    kind: 'DeviceAgent',
    device,
    now: timeText(Date.now()),
    startedAt: timeText(startedAt),
    router: { kind: 'netconf', software },
    sessions: [{ name: 'netconf', state, since: timeText(since), lastReason: problem }],
    links: [],
    others: { links: 0, devices: 0 },
    actuations: [],
    ...(desk === undefined ? {} : { commits: commitStatus(desk.commits) }),
  }
}
