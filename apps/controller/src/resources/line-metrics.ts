/** What /metrics and the status tell of private lines. @module */
import type { Status } from '@vagus/api'
import { lineStates } from '@vagus/api/lines'
import type { Metric } from '@vagus/signals'
import { isOver } from '../lines/line-book.ts'
import type { LineDesk } from '../lines/line-desk.ts'
import type { NegotiationFigures } from '../negotiation/negotiation-times.ts'

type State = LineDesk['state']

/** Undefined where the configuration has no `lines`. */
export function lineMetrics(state: State | undefined, figures: NegotiationFigures | undefined): readonly Metric[] {
  if (state === undefined) return []
  const open = state.lines.filter(({ line }) => !isOver(line))
  const perLine = (value: (one: State['lines'][number]) => number | null): Metric['samples'] =>
    open.flatMap((one) => {
      const found = value(one)
      return found === null ? [] : [{ labels: { line: one.line.id }, value: found }]
    })
  const ways = (value: (way: 'forth' | 'back', one: State['lines'][number]) => number | undefined): Metric['samples'] =>
    open.flatMap((one) =>
      (['forth', 'back'] as const).flatMap((way) => {
        const found = value(way, one)
        return found === undefined ? [] : [{ labels: { line: one.line.id, way }, value: found }]
      }),
    )
  return [
    {
      name: 'vagus_lines',
      type: 'gauge',
      help: 'Private lines by state.',
      samples: lineStates.map((own) => {
        return { labels: { state: own }, value: state.lines.filter(({ line }) => line.state === own).length }
      }),
    },
    {
      name: 'vagus_line_ordered_bits_per_second',
      type: 'gauge',
      help: 'What was ordered, both ways.',
      samples: perLine(({ line }) => line.wish.bitsPerSecond),
    },
    {
      name: 'vagus_line_delivered_bits_per_second',
      type: 'gauge',
      help: 'What the line carried in the minute that has begun.',
      samples: ways((way, { figures: { last } }) => last?.delivered[way]),
    },
    {
      name: 'vagus_line_dropped_packets',
      type: 'gauge',
      help: 'Packets beyond the rate, or lost in its queues, in the minute that has begun.',
      samples: ways((way, { figures: { last } }) => last?.dropped[way]),
    },
    {
      name: 'vagus_line_round_trip_seconds',
      type: 'gauge',
      help: 'Of probes over the line within the last minute.',
      samples: open.flatMap(({ line, figures: { last } }) =>
        Object.entries(last?.roundTripMs ?? {}).map(([quantile, milliseconds]) => {
          return { labels: { line: line.id, quantile: `0.${quantile.slice(1)}` }, value: milliseconds / 1000 }
        }),
      ),
    },
    {
      name: 'vagus_line_steered',
      type: 'gauge',
      help: 'Whether traffic goes into the line, 1 or 0; 0 while its probes are lost.',
      samples: perLine(({ figures: { steered } }) => (steered === null ? null : Number(steered))),
    },
    {
      name: 'vagus_line_set_up_seconds',
      type: 'gauge',
      help: 'From the first question to the last router, to its last confirmation.',
      samples: perLine(({ line: { setUpMs } }) => (setUpMs === null ? null : setUpMs / 1000)),
    },
    {
      name: 'vagus_line_moves_total',
      type: 'counter',
      help: 'How often the line went over to another path.',
      samples: perLine(({ line }) => line.moves),
    },
    {
      name: 'vagus_line_negotiations_total',
      type: 'counter',
      help: 'Negotiations of parts with agents of devices, by whether the agent agreed.',
      samples:
        figures === undefined
          ? []
          : (['agreed', 'failed'] as const).map((outcome) => ({ labels: { outcome }, value: figures[outcome] })),
    },
  ]
}

export function lineStatus(state: State | undefined): Status['lines'] {
  if (state === undefined) return undefined
  const count = (isCounted: (one: State['lines'][number]) => boolean): number => state.lines.filter(isCounted).length
  return {
    there: count(({ line }) => line.state === 'active' || line.state === 'moving'),
    coming: count(({ line }) => line.state === 'booked' || line.state === 'setting-up'),
    missing: count(({ line, figures }) => !isOver(line) && figures.steered === false),
  }
}
