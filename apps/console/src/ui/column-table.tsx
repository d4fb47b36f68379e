/** A table of like rows from a list of columns; those that are not essential are left out where they do not fit. */
import type { ComponentChildren } from 'preact'
import { useWidth } from './width.ts'

/** Pixels that the table must be wide for columns of a kind. */
const leastWidths = { always: 0, wide: 620, widest: 1020 } as const

export interface Column<Row> {
  readonly title: string
  /** What the title means, where that does not go without saying. */
  readonly about?: string
  /** Figures stand at the right; a bar takes what room it is given. */
  readonly align: 'text' | 'figure' | 'bar'
  /** `wide` columns are left out on a narrow screen, `widest` ones also on one of middle width. */
  readonly shown: keyof typeof leastWidths
  readonly cell: (row: Row) => ComponentChildren
}

interface Props<Row> {
  readonly label: string
  readonly columns: readonly [Column<Row>, ...Column<Row>[]]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Whether columns that do not fit stand below their row, in words, or are done without. */
  readonly leftOut?: 'below' | 'gone'
  /** What stands below a row, over all columns; undefined: nothing. */
  readonly below?: (row: Row) => ComponentChildren
}

export function ColumnTable<Row>({ label, columns, rows, keyOf, leftOut = 'gone', below }: Props<Row>) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const [first, ...others] = columns.filter(({ shown }) => width >= leastWidths[shown]) as [
    Column<Row>,
    ...Column<Row>[],
  ]
  const narrowed = leftOut === 'gone' ? [] : columns.filter(({ shown }) => width < leastWidths[shown])
  const classOf = ({ align }: Column<Row>): string => ({ text: '', figure: 'figure', bar: 'bar-cell' })[align]
  return (
    <div ref={ref} class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="list">
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {[first, ...others].map((column) => (
              <th key={column.title} scope="col" class={classOf(column)} title={column.about}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((row) => {
          const more = below?.(row)
          return (
            <tbody key={keyOf(row)}>
              <tr>
                <th scope="row">{first.cell(row)}</th>
                {others.map((column) => (
                  <td key={column.title} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
              {narrowed.length > 0 && (
                <tr class="below">
                  <td colSpan={others.length + 1}>
                    <dl class="left-out">
                      {narrowed.map(({ title, about, cell }) => (
                        <div key={title}>
                          <dt title={about}>{title}</dt> <dd>{cell(row)}</dd>
                        </div>
                      ))}
                    </dl>
                  </td>
                </tr>
              )}
              {more !== undefined && (
                <tr class="below">
                  <td colSpan={others.length + 1}>{more}</td>
                </tr>
              )}
            </tbody>
          )
        })}
      </table>
    </div>
  )
}
