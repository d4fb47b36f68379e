/** A link on the map: a halo when it is chosen or focused, two halves, and a wide unseen line that the mouse can hit. */
import type { Link } from '@vagus/api'
import { formatCapacity, formatRate, formatShare } from '../figures/format.ts'
import { colourOf } from '../figures/utilisation.ts'
import type { Badge } from '../map/badges.ts'
import type { Segment } from '../map/geometry.ts'
import { pointAt } from '../map/geometry.ts'
import type { RoutedLink } from '../map/routing.ts'
import { hrefOf, view } from '../state/route.ts'

export interface ItemProps {
  readonly itemKey: string
  readonly tabIndex: number
  /** The mouse or the focus came to it. */
  readonly onShow: () => void
}

interface Props extends ItemProps {
  readonly link: RoutedLink
  readonly load: Link | undefined
  readonly stroke: number
}

const line = ({ from, to }: Segment): string => `M${from.x} ${from.y}L${to.x} ${to.y}`

/** What a link carries, in one sentence. */
function sentenceOfLink(link: RoutedLink, load: Link | undefined): string {
  const name = `Link ${link.name}, ${formatCapacity(link.capacity)}`
  if (load === undefined) return `${name}: load not known`
  if (load.state === 'down') return `${name}: down`
  const direction = (from: string, to: string, { bitsPerSecond, utilisation }: Link['aToZ']): string =>
    `${from} to ${to} ${formatRate(bitsPerSecond)}, ${formatShare(utilisation)}`
  return `${name}: ${direction(link.a, link.z, load.aToZ)}; ${direction(link.z, link.a, load.zToA)}`
}

export function MapLink({ link, load, stroke, itemKey, tabIndex, onShow }: Props) {
  const chosen = view.value.link === link.name
  const down = load?.state === 'down'
  // a hair's breadth between the halves
  const [first, second] = [
    { from: link.from, to: pointAt(link, 0.494) },
    { from: link.to, to: pointAt(link, 0.494 + 0.012) },
  ]
  return (
    <a
      class={`map-item map-link${chosen ? ' chosen' : ''}`}
      href={hrefOf({ link: chosen ? '' : link.name })}
      data-item={itemKey}
      // in lower case: SVG knows no other
      tabindex={tabIndex}
      aria-label={sentenceOfLink(link, load)}
      onFocus={onShow}
      onMouseEnter={onShow}
    >
      <path class="halo-line" d={line(link)} stroke-width={stroke + 9} />
      {down ? (
        <path class="down-line" d={line(link)} stroke-width={Math.min(stroke, 4)} />
      ) : (
        <>
          <path
            class="half"
            d={line(first)}
            stroke-width={stroke}
            style={{ stroke: colourOf(load?.aToZ.utilisation ?? null) }}
          />
          <path
            class="half"
            d={line(second)}
            stroke-width={stroke}
            style={{ stroke: colourOf(load?.zToA.utilisation ?? null) }}
          />
        </>
      )}
      <path class="target" d={line(link)} stroke-width={Math.max(16, stroke + 8)} />
    </a>
  )
}

export function MapBadge({ badge: { x, y, halfWidth, halfHeight, text, utilisation } }: { readonly badge: Badge }) {
  return (
    <g class="badge" transform={`translate(${x},${y})`} aria-hidden="true">
      <rect
        x={-halfWidth}
        y={-halfHeight}
        width={halfWidth * 2}
        height={halfHeight * 2}
        rx="6"
        style={{ stroke: utilisation === null ? 'var(--u6)' : colourOf(utilisation) }}
      />
      <text text-anchor="middle" y="4">
        {text}
      </text>
    </g>
  )
}
