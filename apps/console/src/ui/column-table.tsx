/** A table of like rows from a list of columns; those that are not essential are left out where they do not fit. */
import type { ComponentChildren } from 'preact'
import { useWidth } from './width.ts'

export interface Column<Row> {
  readonly title: string
  /** Figures stand at the right. */
  readonly align: 'text' | 'figure'
  /** `wide` columns are left out on a narrow screen. */
  readonly shown: 'always' | 'wide'
  readonly cell: (row: Row) => ComponentChildren
}

interface Props<Row> {
  readonly label: string
  readonly columns: readonly [Column<Row>, ...Column<Row>[]]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** What stands below a row, over all columns. */
  readonly below?: (row: Row) => ComponentChildren
}

/** Below this only the essential columns fit. */
const narrow = 620

export function ColumnTable<Row>({ label, columns, rows, keyOf, below }: Props<Row>) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const [first, ...others] = columns.filter(({ shown }) => shown === 'always' || width >= narrow) as [
    Column<Row>,
    ...Column<Row>[],
  ]
  const classOf = ({ align }: Column<Row>): string => (align === 'figure' ? 'figure' : '')
  return (
    <div ref={ref} class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="list">
        <caption class="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {[first, ...others].map((column) => (
              <th key={column.title} scope="col" class={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((row) => (
          <tbody key={keyOf(row)}>
            <tr>
              <th scope="row">{first.cell(row)}</th>
              {others.map((column) => (
                <td key={column.title} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
            {below !== undefined && (
              <tr class="below">
                <td colSpan={others.length + 1}>{below(row)}</td>
              </tr>
            )}
          </tbody>
        ))}
      </table>
    </div>
  )
}
