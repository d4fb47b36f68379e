/** The leases of an approval as a table: which device is asked for which MED, and what its neighbours are told. @module */
import { leasesByPrefix, toldChanges } from '@vagus/api/proposal-words'
import type { Approval, Lease } from '@vagus/api/steering'
import type { Canvas } from '../controller-options.ts'
import { unknown } from '../format.ts'
import { type Cell, type Column, table } from '../table.ts'

const heads = (state: Approval['state']): readonly Column[] => [
  { head: 'PREFIX', align: 'left', shrink: 18 },
  { head: 'LINK', align: 'left', shrink: 10 },
  { head: 'DEVICE', align: 'left', shrink: 8, leaves: 2 },
  { head: 'MED', align: 'right' },
  { head: 'NEIGHBOUR', align: 'left', shrink: 12 },
  { head: 'AS PATH', align: 'right', leaves: 1 },
  ...(state === 'possible'
    ? [{ head: 'TOLD NOW', align: 'left' as const }]
    : ['BEFORE', 'THEN'].map((head) => ({ head, align: 'left' as const }))),
]

/** A line for each neighbour on each link; of a dry run, without what they are told afterwards. */
export function leaseTable(
  approval: Pick<Approval, 'leases' | 'state'>,
  { columns, paint }: Pick<Canvas, 'columns' | 'paint'>,
): string {
  const rows = leasesByPrefix(approval).flatMap((lease): Cell[][] => {
    const changes = toldChanges(lease)
    if (changes.length === 0) return [[...placeCells(lease), 'none', unknown, 'nothing', unknown]]
    return changes.map(({ neighbour, asPathLength, before, after }, at) => [
      ...(at === 0 ? placeCells(lease) : ['', '', '', '']),
      neighbour,
      asPathLength === null ? unknown : String(asPathLength),
      before,
      after,
    ])
  })
  return table(heads(approval.state), rows, columns, paint.strong)
}

const placeCells = ({ prefix, link, device, med }: Lease): readonly Cell[] => [
  prefix,
  link,
  device,
  med === null ? 'none' : String(med),
]
