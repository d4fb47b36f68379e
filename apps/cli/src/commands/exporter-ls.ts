/** `vagus exporter ls`: who sends flows, in which format, what is lost, and whose interface counters come from where. @module */
import type { Exporter, ExporterList } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { type Canvas, view, viewOptions } from '../controller-options.ts'
import { countersText } from '../counters-text.ts'
import { clockLines } from '../clock-text.ts'
import { agoText, countText, samplingText, shareText } from '../format.ts'
import { lossCell } from '../load-cell.ts'
import { type Cell, type Column, table } from '../table.ts'

export const command = defineCommand({
  name: 'exporter ls',
  summary: 'who sends flows, and whose counters come from where',
  effect: 'ro',
  examples: [
    {
      line: 'vagus exporter ls',
      does: 'sources, with the share lost in the last hour; then interface counters',
    },
    {
      line: 'vagus exporter ls -o wide',
      does: 'also templates, data sets that wait for them, and those given up',
    },
  ],
  options: viewOptions,
  run: (call) =>
    view<ExporterList>(call, {
      ask: (client) => client.get('ExporterList', '/v1/exporters'),
      show: exporterListText,
      next: ({ items }) =>
        items.length === 0 ? 'vagus cheat ipfix   (no exporter seen: point one here)' : 'vagus device ls',
    }),
})

const plain: readonly Column[] = [
  { head: 'DEVICE', align: 'left', shrink: 10 },
  { head: 'ADDRESS', align: 'left', shrink: 15 },
  { head: 'PORT', align: 'right', leaves: 3 },
  { head: 'DOMAIN', align: 'right', leaves: 2 },
  { head: 'FORMAT', align: 'left' },
  { head: 'RECORDS', align: 'right' },
  { head: 'LOST', align: 'right' },
  { head: 'SAMPLING', align: 'right', leaves: 1 },
  { head: 'LAST', align: 'right' },
]
const wide: readonly Column[] = [
  { head: 'DATAGRAMS', align: 'right' },
  { head: 'TEMPLATES', align: 'right' },
  { head: 'PARKED', align: 'right' },
  { head: 'GIVEN UP', align: 'right' },
  { head: 'MALFORMED', align: 'right' },
  { head: 'LOSS RULE', align: 'left' },
]

export function exporterListText(list: ExporterList, canvas: Canvas): string {
  return [streamsText(list, canvas), ...countersText(list, canvas)].join('\n')
}

function streamsText(list: ExporterList, { columns, paint, detail }: Canvas): string {
  if (list.items.length === 0) return 'no exporter has sent anything yet'
  const rows = list.items
    .toSorted(byDevice)
    .map((exporter): Cell[] => [
      exporter.device === null ? { text: 'unknown', paint: paint.warn } : exporter.device,
      exporter.address,
      String(exporter.port),
      String(exporter.domain),
      exporter.protocol,
      countText(exporter.records),
      lostCell(exporter, paint),
      samplingText(exporter.sampling === null ? null : exporter.sampling.rate),
      agoText(exporter.lastAt, list.now),
      ...(detail === 'wide' ? wideCells(exporter) : []),
    ])
  const clocks = list.items.map(({ device, address, clock }) => ({ name: device ?? address, clock }))
  const drawn = table(detail === 'wide' ? [...plain, ...wide] : plain, rows, columns, paint.strong)
  return [drawn, ...clockLines(clocks, paint.warn)].join('\n')
}

/** The API sorts by first appearance; people look for a device. */
const byDevice = (a: Exporter, b: Exporter): number =>
  Number(a.device === null) - Number(b.device === null) ||
  (a.device ?? '').localeCompare(b.device ?? '') ||
  a.address.localeCompare(b.address) ||
  a.port - b.port

const wideCells = ({ datagrams, templates, parked, givenUp, malformed, lost }: Exporter): Cell[] => [
  countText(datagrams),
  countText(templates),
  countText(parked),
  countText(givenUp),
  countText(malformed),
  lost.rule,
]

const lostCell = ({ lost: { share, unit } }: Exporter, paint: Canvas['paint']): Cell =>
  lossCell(share, share === 0 ? '0' : `${shareText(share)} of ${unit}`, paint)
