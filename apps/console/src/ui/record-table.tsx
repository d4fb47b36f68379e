/** A table of which one row has its record open below it: the one that the address names. @module */
import type { ComponentChildren } from 'preact'
import { show, view } from '../state/route.ts'
import { type Column, ColumnTable } from './column-table.tsx'

/** In the address: no record is open. */
const none = 'none'

interface Props<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  /** The word of the address that names the open record, and the title of the column with the names. */
  readonly kind: 'intent' | 'line' | 'proposal'
  readonly nameOf: (row: Row) => string
  /** Whose record is open where the address names none. */
  readonly openAtFirst: Row | undefined
  /** What stands beside the names. */
  readonly columns: readonly Column<Row>[]
  readonly record: (row: Row) => ComponentChildren
}

export function RecordTable<Row>({ label, rows, kind, nameOf, openAtFirst, columns, record }: Props<Row>) {
  const wanted = view.value[kind]
  const open = wanted === '' && openAtFirst !== undefined ? nameOf(openAtFirst) : wanted
  const names: Column<Row> = {
    title: kind,
    align: 'text',
    shown: 'always',
    cell: (row) => {
      const name = nameOf(row)
      return (
        <button
          type="button"
          class="fold"
          aria-expanded={name === open ? 'true' : 'false'}
          onClick={() => show({ [kind]: name === open ? none : name }, 'replace')}
        >
          {name}
        </button>
      )
    },
  }
  return (
    <ColumnTable
      label={label}
      columns={[names, ...columns]}
      rows={rows}
      keyOf={nameOf}
      leftOut="below"
      below={(row) => (nameOf(row) === open ? record(row) : undefined)}
    />
  )
}
