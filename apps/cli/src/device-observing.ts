/** What a device tells observers: of its agent beside the router, and of the side-car that serves a fleet. @module */
import type { AgentOptions } from '@vagus/device'
import type { RunOptions } from '@vagus/sidecar'
import type { AnyMetric } from '@vagus/signals'
import { metricsAt, tracing } from './observing.ts'

interface Told {
  readonly values: { readonly metrics?: string | undefined; readonly router?: string | undefined }
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface DeviceObserved {
  readonly agent: Pick<AgentOptions, 'tracer' | 'whenCounting'>
  readonly side: Pick<RunOptions, 'tracer' | 'counts' | 'whenCounting'>
  close(): Promise<void>
}

/** @throws {Failure} */
export async function observedOf(
  { values, environment }: Told,
  name: string,
  report: (line: string) => void,
): Promise<DeviceObserved> {
  const traces = await tracing(environment, name, report)
  let ofAgent: (() => readonly AnyMetric[]) | undefined
  let ofSide: (() => readonly AnyMetric[]) | undefined
  let unreadiness = (): readonly string[] => (values.router === undefined ? [] : ['the router does not answer'])
  const server = await metricsAt(
    values.metrics,
    { metrics: () => [...(ofAgent?.() ?? []), ...(ofSide?.() ?? [])], unreadiness: () => unreadiness() },
    traces,
  )
  if (server !== undefined) report(`metrics at ${server.url}/metrics`)
  return {
    agent: {
      tracer: traces?.tracer.for('@vagus/device'),
      whenCounting: (metrics, why) => {
        ofAgent = metrics
        unreadiness = why
      },
    },
    side: {
      tracer: traces?.tracer.for('@vagus/sidecar'),
      whenCounting: (metrics) => (ofSide = metrics),
      ...(server && { counts: 'calls and sessions' }),
    },
    async close() {
      server?.close()
      await traces?.close()
    },
  }
}
