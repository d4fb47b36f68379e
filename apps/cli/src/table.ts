/**
 * Tables for terminals: two spaces between columns, no boxes, numbers to the right. When a table is too wide, cells are
 * first cut with an ellipsis where the column allows it, then whole columns are dropped, the least important first.
 * @module
 */
export interface Column {
  readonly head: string
  readonly align: 'left' | 'right'
  /** Characters to which the text may be cut. */
  readonly shrink?: number
  /** It is not cut below this while another column can still be dropped. */
  readonly prefers?: number
  /** 1 is dropped first when the table is too wide; a column without it always stays. */
  readonly leaves?: number
}

/** A cell's text, and how to paint it after measuring and padding. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string }

const gap = '  '

/** Text of a peer (interface names, problems) must not move the cursor: control characters become `?`. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
}

const textOf = (cell: Cell): string => printable(typeof cell === 'string' ? cell : cell.text)
/** One column per code point: names here are ASCII, and the marks we print (… · – →) are narrow. */
const lengthOf = (text: string): number => Array.from(text).length

/** `text` in at most `length` characters, the last one an ellipsis where it was cut. */
export function cut(text: string, length: number): string {
  const points = Array.from(text)
  if (points.length <= length) return text
  // a short id has an ellipsis of its own
  return `${points
    .slice(0, Math.max(0, length - 1))
    .join('')
    .replace(/…$/, '')}…`
}

function padded(text: string, width: number, align: Column['align']): string {
  const fill = ' '.repeat(Math.max(0, width - lengthOf(text)))
  return align === 'right' ? fill + text : text + fill
}

/** The lines of a table at most `width` characters wide, without a final newline. `paintHead` paints the header line. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paintHead: (text: string) => string,
): string {
  const { kept, widths } = fitted(columns, rows, width)
  const line = (cells: readonly Cell[]): string =>
    kept
      .map((index, at) => {
        const text = padded(cut(textOf(cells[index]!), widths[at]!), widths[at]!, columns[index]!.align)
        const cell = cells[index]!
        const shown = at === kept.length - 1 ? text.trimEnd() : text
        return typeof cell === 'string' ? shown : cell.paint(shown)
      })
      .join(gap)
      .trimEnd()
  const head = paintHead(line(columns.map(({ head }) => head)))
  return [head, ...rows.map(line)].join('\n')
}

function fitted(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): { readonly kept: readonly number[]; readonly widths: readonly number[] } {
  const natural = columns.map(({ head }, index) =>
    Math.max(lengthOf(head), ...rows.map((row) => lengthOf(textOf(row[index]!)))),
  )
  const shrunkTo = (kept: readonly number[], least: (column: Column) => number | undefined): number[] => {
    const limits = kept.map((index) => ({ natural: natural[index]!, least: least(columns[index]!) ?? natural[index]! }))
    return shrunk(limits, width - gap.length * (kept.length - 1))
  }
  let kept = columns.map((_, index) => index)
  for (;;) {
    const widths = shrunkTo(kept, ({ prefers, shrink }) => prefers ?? shrink)
    const used = widths.reduce((sum, each) => sum + each, 0) + gap.length * (kept.length - 1)
    if (used <= width) return { kept, widths }
    const next = kept.filter((index) => columns[index]!.leaves !== undefined)
    if (next.length === 0) return { kept, widths: shrunkTo(kept, ({ shrink }) => shrink) }
    const least = next.reduce((a, b) => (columns[b]!.leaves! < columns[a]!.leaves! ? b : a))
    kept = kept.filter((index) => index !== least)
  }
}

/** Takes characters from the widest column that can be cut, until all fit or none can. */
function shrunk(columns: readonly { readonly natural: number; readonly least: number }[], room: number): number[] {
  const widths = columns.map(({ natural }) => natural)
  let over = widths.reduce((sum, each) => sum + each, 0) - room
  while (over > 0 && over !== Infinity) {
    let widest = -1
    for (const [at, { least }] of columns.entries())
      if (widths[at]! > least && (widest < 0 || widths[at]! > widths[widest]!)) widest = at
    if (widest < 0) break
    widths[widest]!--
    over--
  }
  return widths
}
