/** Every export stream that arrives, but for those that a new start of their exporter replaced. @module */
import { apiVersion, type ExporterList } from '@vagus/api'
import { parseDuration } from '@vagus/api/duration'
import type { ExporterState } from '@vagus/flow'
import { clockOf } from '../domain/clock.ts'
import { withoutReplaced } from '../domain/replaced-streams.ts'
import type { View } from '../domain/view.ts'
import { timeText } from './windows.ts'

export function exportersOf(view: View): ExporterList {
  const quietAfter = parseDuration(view.config.flow.silentAfter)
  const now = view.now()
  const streams = withoutReplaced(view.report?.exporters ?? [], quietAfter, now)
  return {
    apiVersion,
    kind: 'ExporterList',
    now: timeText(now),
    items: streams.map((stream) => ({
      address: stream.address,
      port: stream.port,
      domain: stream.domain,
      protocol: stream.protocol,
      device: view.directory.deviceAt(stream.address)?.name ?? null,
      firstAt: timeText(stream.firstAt),
      lastAt: timeText(stream.lastAt),
      datagrams: stream.datagrams,
      records: stream.records,
      templates: stream.templates,
      parked: stream.parked,
      givenUp: stream.parkedDropped,
      undecoded: stream.undecoded ?? 0,
      malformed: stream.malformed,
      lost: {
        units: stream.lost.units,
        unit: stream.lost.unit,
        rule: stream.lost.rule,
        share: stream.lost.share,
      },
      sampling: samplingOf(stream),
      clock: clockOf([stream]),
    })),
  }
}

/** A rate of 0 is one that is not known. */
function samplingOf({ sampling }: ExporterState): ExporterList['items'][number]['sampling'] {
  return sampling === undefined || sampling.rate === 0 ? null : { rate: sampling.rate, from: sampling.from }
}
