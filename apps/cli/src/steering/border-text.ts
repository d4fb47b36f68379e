/** Borders in words and tables. @module */
import { isAbove } from '@vagus/api/proposal-words'
import type { Border, BorderList } from '@vagus/api/steering'
import type { Canvas } from '../controller-options.ts'
import { countOf, durationText, rateText, timeText, unknown } from '../format.ts'
import { type Cell, type Column, printable, table } from '../table.ts'
import { wrapped } from '../wrap.ts'
import { linkCells, linkHeads } from './link-table.ts'

const borderHead: Column = { head: 'BORDER', align: 'left', shrink: 7, prefers: 16 }
const wideHeads: readonly Column[] = ['DEVICE', 'INTERFACE'].map((head) => ({ head, align: 'left', leaves: 1 }))
const prefixHeads: readonly Column[] = [
  { head: 'PREFIX', align: 'left', shrink: 18 },
  { head: 'RATE', align: 'right' },
  { head: 'ENTERS OVER', align: 'left', shrink: 12 },
  { head: 'STEERED TO', align: 'left', shrink: 12 },
]

/** One line per link of every border; wide: each border's prefixes, too. */
export function borderListText({ items, now }: BorderList, canvas: Canvas): string {
  const { columns, paint, detail } = canvas
  if (items.length === 0) return 'no neighbour AS has two or more links'
  const isWide = detail === 'wide'
  const rows = items.flatMap(({ neighbour, links }) =>
    links.map((link): Cell[] => [
      neighbour,
      ...linkCells(link, paint),
      ...(isWide ? [link.device, link.interface] : []),
    ]),
  )
  const heads = [borderHead, ...linkHeads, ...(isWide ? wideHeads : [])]
  return [
    table(heads, rows, columns, paint.strong),
    paint.faint(footOf(items, now, columns)),
    ...items.flatMap((border) => problemLines(border, canvas)),
    ...autonomyLines(items, canvas),
    ...(isWide ? items.flatMap((border) => ['', prefixesText(border, canvas)]) : []),
  ].join('\n')
}

/** One border: its links, then its prefixes by link. */
export function borderText(border: Border, now: string, canvas: Canvas): string {
  const { columns, paint } = canvas
  const { neighbour, as, links } = border
  const rows = links.map((link): Cell[] => [...linkCells(link, paint), link.device, link.interface])
  return [
    `${paint.strong(neighbour)}${as === null ? '' : `, AS ${as}`}`,
    '',
    table([...linkHeads, ...wideHeads], rows, columns, paint.strong),
    paint.faint(footOf([border], now, columns)),
    ...problemLines(border, canvas),
    ...autonomyLines([border], canvas),
    '',
    prefixesText(border, canvas),
  ].join('\n')
}

function footOf(items: readonly Border[], now: string, columns: number): string {
  const links = items.flatMap((border) => border.links)
  const above = links.filter(isAbove).map(({ link }) => link)
  const tells =
    above.length === 0
      ? 'none above its threshold'
      : `${above.length} above ${above.length === 1 ? 'its' : 'their'} threshold: ${above.join(', ')}`
  // Steps and horizons are of the configuration, so all borders have the same.
  const [{ stepSeconds, horizonSeconds, readAt }] = items as [Border]
  const read = readAt === null ? 'not read yet' : `mean of ${durationText(stepSeconds)} to ${timeText(readAt, now)}`
  const spans = `IN: ${read} · UP TO: within ${durationText(horizonSeconds)}`
  return wrapped(`${countOf(links.length, 'link')}, ${tells} · ${spans}`, columns).join('\n')
}

const problemLines = ({ neighbour, problem }: Border, { columns, paint }: Canvas): readonly string[] =>
  problem === null
    ? []
    : wrapped(printable(`nothing can be proposed at ${neighbour}: ${problem}`), columns).map(paint.warn)

/** Borders with the same answer share a line. */
function autonomyLines(items: readonly Border[], { columns, paint }: Canvas): readonly string[] {
  const { yes = [], no = [] } = Object.groupBy(items, ({ autonomy }) => (autonomy.acts ? 'yes' : 'no'))
  const acts = { one: 'acts by itself', many: 'act by themselves' }
  const waits = { one: 'waits for approval', many: 'wait for approval' }
  return [...sentences(yes, acts), ...sentences(no, waits)].flatMap((line) => wrapped(line, columns).map(paint.faint))

  function sentences(some: readonly Border[], does: typeof acts): readonly string[] {
    const reasons = new Set(some.map(({ autonomy }) => autonomy.because))
    return [...reasons].map((because) => {
      const of = some.filter(({ autonomy }) => autonomy.because === because).map(({ neighbour }) => neighbour)
      return printable(`${of.join(', ')} ${does[of.length === 1 ? 'one' : 'many']} (${because})`)
    })
  }
}

/** In the order of the links; of one link, the heaviest first. */
function prefixesText({ neighbour, links, prefixes }: Border, { columns, paint }: Canvas): string {
  if (prefixes.length === 0) return `of ${neighbour}, no prefix of ours is seen to enter`
  const place = new Map(links.map(({ link }, at) => [link, at]))
  const rows = prefixes
    .toSorted((a, b) => (place.get(a.link) ?? 0) - (place.get(b.link) ?? 0) || b.bitsPerSecond - a.bitsPerSecond)
    .map((one): Cell[] => [one.prefix, rateText(one.bitsPerSecond), one.link, one.steeredTo ?? unknown])
  return table(prefixHeads, rows, columns, paint.strong)
}
