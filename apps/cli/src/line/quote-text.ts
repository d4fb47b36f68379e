/** What a line would take, and why each path would or would not be its own. @module */
import { linePathText } from '@vagus/api/line-words'
import type { LinePath, LineQuote } from '@vagus/api/lines'
import type { Canvas } from '../controller-options.ts'
import { capacityText, durationText, rateText, timeText, unknown } from '../format.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { wrapped } from '../wrap.ts'

type Place = Pick<Canvas, 'columns' | 'paint'>

const heads: readonly Column[] = [
  { head: 'PATH', align: 'left', shrink: 20 },
  { head: 'DELAY', align: 'right', leaves: 1 },
  { head: 'FREE', align: 'right' },
  { head: '', align: 'left', shrink: 24 },
]

/** @param taken which of them */
function pathTable(paths: readonly LinePath[], taken: number | null, { columns, paint }: Place): string {
  const rows = paths.map((path, at): Cell[] => {
    const { delayMs, free, problem } = path
    const verdict = at === taken ? { text: 'taken', paint: paint.good } : printable(problem ?? 'also possible')
    return [linePathText(path), delayMs === null ? unknown : `${delayMs.toFixed(2)} ms`, rateText(free), verdict]
  })
  return rows.length === 0 ? 'no path leads there' : table(heads, rows, columns, paint.strong)
}

export function quoteText(quote: LineQuote, now: string, place: Place): string {
  const {
    from,
    to,
    bitsPerSecond,
    onTheWire,
    start,
    end,
    possible,
    because,
    alternative,
    path,
    protection,
    considered,
  } = quote
  const { columns, paint } = place
  const seconds = (Date.parse(end) - Date.parse(start)) / 1000
  const wanted = `${from} – ${to}, ${capacityText(bitsPerSecond)} both ways, ${durationText(seconds)} from ${timeText(start, now)}`
  const verdict = possible ? paint.good('possible') : paint.bad('refused')
  return [
    ...wrapped(`${verdict}  ${wanted}`, columns),
    ...wrapped(`  ${printable(because)}`, columns),
    ...(alternative === null ? [] : wrapped(`  instead: ${printable(alternative)}`, columns)),
    `  ${rateText(onTheWire)} of each link, with its headers`,
    ...(protection === null ? [] : [`  protected by ${linePathText(protection)}`]),
    // Beyond a bound, or where other lines are in the way, no path is looked for.
    ...(considered.length === 0 && alternative !== null ? [] : ['', pathTable(considered, path, place)]),
  ].join('\n')
}
