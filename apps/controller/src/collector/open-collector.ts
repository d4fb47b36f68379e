/** The collector thread of a controller, with what it knew before, and the clock of coverage. @module */
import { join } from 'node:path'
import type { FlowStore } from '@vagus/store'
import { parseFlowEndpoint } from '../config/endpoint.ts'
import type { Core } from '../core.ts'
import type { DomainState } from '../domain-state.ts'
import { canonicalAddress } from '../domain/directory.ts'
import { startCoverageClock } from '../monitors/coverage-clock.ts'
import { measuredCoverage } from '../resources/coverage.ts'
import { type CollectorThread, startCollectorThread } from './collector-thread.ts'
import type { CollectorDomain } from './messages.ts'

/** Key of the control state: what the collector thread must know after a restart. */
const snapshotKey = 'flow-state'

/** @param onFailure flows can be collected no more */
export async function openCollector(
  { config, home, control, state, tell, report, opened }: Core,
  store: FlowStore,
  onFailure: (problem: string) => void,
): Promise<CollectorThread> {
  const snapshot = control.get(snapshotKey)?.value
  if (snapshot !== undefined) state.takeSnapshot(snapshot as Parameters<DomainState['takeSnapshot']>[0])
  const start = {
    ...collectorDomain(state),
    listen: config.flow.listen.map(parseFlowEndpoint),
    receiveBuffer: config.flow.receiveBuffer,
    folder: join(home, 'flows'),
    snapshot,
    acknowledged: store.notifier(),
  }
  const collector = await startCollectorThread(start, {
    onReport: (report) => state.take(report).forEach(tell),
    onSnapshot: (json) => {
      try {
        control.putJson(snapshotKey, json, Date.now())
      } catch (error) {
        report(`the exporters' templates could not be written down: ${String(error)}`)
      }
    },
    onFailure,
  })
  opened.defer(() => collector.stop())
  opened.defer(
    startCoverageClock(state.coverageHistory, async (seconds) =>
      measuredCoverage(state, await collector.ask({ kind: 'loads', seconds })),
    ),
  )
  return collector
}

export const collectorDomain = ({ domain, config, directory }: DomainState): CollectorDomain => ({
  domain,
  samplingRates: new Map(
    config.devices.flatMap((device) =>
      device.samplingRate === undefined ? [] : [[directory.addressOf(device), device.samplingRate]],
    ),
  ),
  agentOf: new Map(
    config.devices.flatMap((device) =>
      device.sources.map((source) => [canonicalAddress(source), directory.addressOf(device)] as const),
    ),
  ),
})
