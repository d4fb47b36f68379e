/** Lines of single flows beside other lines: of each packet a router must know into which line it goes. @module */
import { isContested, type LineWish } from '@vagus/line'
import { timeText } from '../resources/windows.ts'
import type { Beyond } from './agents/line-bounds.ts'
import type { KeptLine } from './line-book.ts'

/** Lines that have some of its packets already; undefined: none has. @param own the line that is changed or approved */
export function contestedBy(wish: LineWish, open: readonly KeptLine[], own: string | undefined): Beyond | undefined {
  const others = open.filter((line) => line.id !== own && line.state !== 'asked' && isContested(wish, line.wish))
  if (others.length === 0) return undefined
  const { from, to } = wish
  return {
    type: 'beyond',
    because: `some of these packets between ${from} and ${to} are of ${others.map(({ id }) => id).join(', ')} in that time`,
    alternative: `it is possible from ${timeText(Math.max(...others.map((line) => line.wish.end)))} on`,
  }
}
