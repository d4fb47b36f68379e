/** Which prefixes of ours enter over which link of a border, and where traffic classes draw them. */
import { useSignal } from '@preact/signals'
import type { Border } from '@vagus/api/steering'
import { byLink, heaviestOf } from '../figures/border-prefixes.ts'
import { formatRate } from '../figures/format.ts'
import { type Column, ColumnTable } from '../ui/column-table.tsx'

type Prefix = Border['prefixes'][number]

const columns: readonly [Column<Prefix>, ...Column<Prefix>[]] = [
  { title: 'prefix', align: 'text', shown: 'always', cell: ({ prefix }) => <span class="mono">{prefix}</span> },
  { title: 'rate', align: 'figure', shown: 'always', cell: ({ bitsPerSecond }) => formatRate(bitsPerSecond) },
  {
    title: 'enters over',
    about: 'the link over which most of it enters',
    align: 'text',
    shown: 'always',
    cell: (one) => <Place prefix={one} />,
  },
]

function Place({ prefix: { link, steeredTo } }: { readonly prefix: Prefix }) {
  return (
    <>
      <span class="long-name" title={link}>
        {link}
      </span>
      {steeredTo !== null && (
        <span class="tag" title={`traffic classes in force draw it to ${steeredTo}`}>
          {steeredTo === link ? 'steered' : `steered to ${steeredTo}`}
        </span>
      )}
    </>
  )
}

export function BorderPrefixes({ border }: { readonly border: Border }) {
  const open = useSignal(false)
  const sorted = byLink(border)
  if (sorted.length === 0) return <p class="muted">No prefix of ours is seen to enter over these links.</p>
  const heaviest = heaviestOf(sorted)
  // a button to expand one line would take as much room as the line
  const more = sorted.length > heaviest.length + 1 ? sorted.length - heaviest.length : 0
  return (
    <div>
      <ColumnTable
        label={`Prefixes from ${border.neighbour}`}
        columns={columns}
        rows={more > 0 && !open.value ? heaviest : sorted}
        keyOf={({ prefix }) => prefix}
      />
      {more > 0 && (
        <button
          type="button"
          class="button more"
          aria-expanded={open.value ? 'true' : 'false'}
          onClick={() => (open.value = !open.value)}
        >
          {open.value ? 'fewer' : `${more} more`}
        </button>
      )}
    </div>
  )
}
