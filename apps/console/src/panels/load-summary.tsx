/** The table under a graph: one line a series; on a narrow screen one column each of two, or fewer figures of more. */
import type { JSX } from 'preact'
import type { SeriesSummary } from '@vagus/api/series'
import { formatRate, formatShare } from '../figures/format.ts'
import { useWidth } from '../ui/width.ts'

interface Row {
  readonly label: string
  readonly summary: SeriesSummary | undefined
}

interface Props {
  /** What the labels of the rows are. */
  readonly head: string
  readonly rows: readonly Row[]
  /** Bits per second; without it the load is not compared with any. */
  readonly capacity?: number
}

const rate =
  (key: keyof SeriesSummary) =>
  (row: Row): string =>
    formatRate(row.summary?.[key])

/** Below this the figures of one series do not fit one line. */
const narrow = 480
/** Columns of more series than these do not fit beside each other there. */
const mostColumns = 2

export function LoadSummary({ head: kind, rows, capacity }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const isNarrow = width < narrow
  const isShort = isNarrow && rows.length > mostColumns
  const statistics = [
    ...(isShort ? [] : [{ title: 'min', text: rate('min') }]),
    { title: 'mean', text: rate('average') },
    ...(isShort ? [] : [{ title: '95th', text: rate('percentile95') }]),
    { title: 'max', text: rate('max') },
    { title: 'last', text: rate('last') },
    ...(capacity === undefined
      ? []
      : [
          {
            title: '95th of capacity',
            text: ({ summary }: Row) => formatShare(summary === undefined ? null : summary.percentile95 / capacity),
          },
        ]),
  ]
  const cell = (text: string, key: string): JSX.Element => (
    <td key={key} class="figure">
      {text}
    </td>
  )
  const head = (text: string, key = text): JSX.Element => (
    <th key={key} scope="col" class="figure">
      {text}
    </th>
  )
  const side = (text: string): JSX.Element => (
    <th scope="row">
      <span class="long-name" title={text}>
        {text}
      </span>
    </th>
  )
  return (
    <div ref={ref}>
      <table class="list summary">
        <caption class="visually-hidden">Figures of the graph</caption>
        {isNarrow && !isShort ? (
          <>
            <thead>
              <tr>
                <td />
                {rows.map(({ label }) => head(label))}
              </tr>
            </thead>
            <tbody>
              {statistics.map(({ title, text }) => (
                <tr key={title}>
                  <th scope="row">{title}</th>
                  {rows.map((row) => cell(text(row), row.label))}
                </tr>
              ))}
            </tbody>
          </>
        ) : (
          <>
            <thead>
              <tr>
                <th scope="col">{kind}</th>
                {statistics.map(({ title }) => head(title))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.label}>
                  {side(row.label)}
                  {statistics.map(({ title, text }) => cell(text(row), title))}
                </tr>
              ))}
            </tbody>
          </>
        )}
      </table>
    </div>
  )
}
