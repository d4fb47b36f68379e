/** The links of a border as a table: what enters over each, and from where on it is likely to be full. @module */
import { usedOf } from '@vagus/api/proposal-words'
import type { Border } from '@vagus/api/steering'
import { capacityText, rateText } from '../format.ts'
import { loadCell, stateCell } from '../load-cell.ts'
import type { Paint } from '../paint.ts'
import type { Cell, Column } from '../table.ts'

export type BorderLink = Border['links'][number]

export const linkHeads: readonly Column[] = [
  { head: 'LINK', align: 'left', shrink: 12 },
  { head: 'IN', align: 'right' },
  { head: 'USED', align: 'right' },
  { head: 'THRESHOLD', align: 'right' },
  { head: 'BASIS', align: 'left', leaves: 3 },
  { head: 'UP TO', align: 'right' },
  { head: 'CAPACITY', align: 'right', leaves: 2 },
]

export const linkCells = (one: BorderLink, paint: Paint): readonly Cell[] => [
  one.link,
  one.isDown === true ? stateCell('down', paint) : rateText(one.load),
  loadCell(usedOf(one), paint),
  rateText(one.threshold),
  one.basis,
  rateText(one.upper),
  capacityText(one.capacity),
]
