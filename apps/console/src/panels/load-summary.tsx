/** The table under the graph of a link: one line a direction; on a narrow screen one column a direction. */
import type { JSX } from 'preact'
import type { SeriesSummary } from '@vagus/api/series'
import { formatRate, formatShare } from '../figures/format.ts'
import { useWidth } from '../ui/width.ts'

interface Row {
  readonly label: string
  readonly summary: SeriesSummary | undefined
}

interface Props {
  readonly rows: readonly Row[]
  /** Bits per second. */
  readonly capacity: number
}

const rate =
  (key: keyof SeriesSummary) =>
  (row: Row): string =>
    formatRate(row.summary?.[key])

/** Below this the figures of one direction do not fit one line. */
const narrow = 480

export function LoadSummary({ rows, capacity }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const statistics = [
    { title: 'min', text: rate('min') },
    { title: 'mean', text: rate('average') },
    { title: '95th', text: rate('percentile95') },
    { title: 'max', text: rate('max') },
    { title: 'last', text: rate('last') },
    {
      title: '95th of capacity',
      text: ({ summary }: Row) => formatShare(summary === undefined ? null : summary.percentile95 / capacity),
    },
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
  const side = (text: string): JSX.Element => <th scope="row">{text}</th>
  return (
    <div ref={ref}>
      <table class="list summary">
        <caption class="visually-hidden">Figures of the graph</caption>
        {width < narrow ? (
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
                  {side(title)}
                  {rows.map((row) => cell(text(row), row.label))}
                </tr>
              ))}
            </tbody>
          </>
        ) : (
          <>
            <thead>
              <tr>
                <th scope="col">direction</th>
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
