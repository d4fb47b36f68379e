/** The parallel links of a border: what enters over each, and from where on it is likely to be full. */
import type { Border } from '@vagus/api/steering'
import { formatCapacity, formatRate, formatShare } from '../figures/format.ts'
import { isAbove, usedOf } from '@vagus/api/proposal-words'
import type { BorderLink } from '../figures/proposal-words.ts'
import { colourOf } from '../figures/utilisation.ts'
import { hrefOf } from '../state/route.ts'
import { type Column, ColumnTable } from '../ui/column-table.tsx'
import { LimitBar } from '../ui/limit-bar.tsx'

export const basisMeanings = {
  learned: 'from the past of the link itself',
  usual: 'too little of its past is known yet',
  intent: 'an intent of the operator, lower than what its own past gives',
} as const satisfies Record<BorderLink['basis'], string>

const columns: readonly [Column<BorderLink>, ...Column<BorderLink>[]] = [
  {
    title: 'link',
    align: 'text',
    shown: 'always',
    cell: ({ link, device, interface: name }) => (
      <a class="long-name" href={hrefOf({ page: 'links', link })} title={`${link}, at ${device} ${name}`}>
        {link}
      </a>
    ),
  },
  {
    title: 'load',
    about: 'share of its capacity: the mark is the threshold, the pale part the upper bound',
    align: 'bar',
    shown: 'always',
    cell: (one) => (
      <LimitBar
        share={usedOf(one)}
        upper={one.upper === null ? null : one.upper / one.capacity}
        limit={one.threshold / one.capacity}
        colour={colourOf(usedOf(one))}
      />
    ),
  },
  {
    title: 'used',
    about: 'what enters over it, as a share of its capacity',
    align: 'figure',
    shown: 'always',
    cell: (one) =>
      one.isDown === true ? (
        <b class="low">down</b>
      ) : (
        <span
          class={isAbove(one) ? 'congested' : ''}
          title={isAbove(one) ? 'above its threshold: likely to be full soon' : undefined}
        >
          {formatShare(usedOf(one))}
        </span>
      ),
  },
  { title: 'in', align: 'figure', shown: 'wide', cell: ({ load }) => formatRate(load) },
  {
    title: 'threshold',
    about: 'from here on it is likely to be full within the horizon',
    align: 'figure',
    shown: 'wide',
    cell: ({ threshold, capacity }) => (
      <span title={formatRate(threshold)}>{formatShare(capacity === 0 ? null : threshold / capacity)}</span>
    ),
  },
  {
    title: 'basis',
    about: 'what the threshold comes from',
    align: 'text',
    shown: 'wide',
    cell: ({ basis }) => <span title={basisMeanings[basis]}>{basis}</span>,
  },
  {
    title: 'up to',
    about: 'upper bound of the load within the horizon, which 19 of 20 steps keep',
    align: 'figure',
    shown: 'wide',
    cell: ({ upper }) => formatRate(upper),
  },
  { title: 'capacity', align: 'figure', shown: 'wide', cell: ({ capacity }) => formatCapacity(capacity) },
]

export const BorderLinks = ({ neighbour, links }: Pick<Border, 'neighbour' | 'links'>) => (
  <ColumnTable
    label={`Links to ${neighbour}`}
    columns={columns}
    rows={links}
    leftOut="below"
    keyOf={({ link }) => link}
  />
)
