/** Sessions on the map: a thin dashed line between two sites, its note, and its words in the strip below. */
import { sentenceOfPair } from '../figures/session-words.ts'
import { curveText } from '../map/curve.ts'
import type { SessionLine, SessionNote } from '../map/session-lines.ts'
import { hrefOf } from '../state/route.ts'
import type { ItemProps } from './map-link.tsx'

interface Props extends ItemProps {
  readonly line: SessionLine
}

/** More of a line are counted: the strip below the map is for a glance. */
const maxTold = 2

/** What a line stands for: each session in a sentence, those that are silent first. */
export function sentenceOfLine({ sites, pairs }: SessionLine): string {
  const told = pairs.map(sentenceOfPair).sort((a, b) => Number(b.includes(' silent,')) - Number(a.includes(' silent,')))
  const rest = told.length - maxTold
  const count = pairs.length === 1 ? '' : `, ${pairs.length} sessions`
  return `${sites.join(' – ')}${count}: ${told.slice(0, maxTold).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`
}

export function MapSession({ line, itemKey, tabIndex, onShow }: Props) {
  const path = curveText(line.curve)
  const [only] = line.pairs.length === 1 ? line.pairs : []
  return (
    <a
      class={`map-item map-session${line.silent > 0 ? ' silent' : ''}`}
      href={hrefOf({ page: 'agents', filter: only?.initiator.name ?? '' })}
      data-item={itemKey}
      tabindex={tabIndex}
      aria-label={sentenceOfLine(line)}
      onFocus={onShow}
      onMouseEnter={onShow}
    >
      <path class="halo-line" d={path} stroke-width="11" />
      <path class="session-line" d={path} />
      <path class="target" d={path} stroke-width="14" />
    </a>
  )
}

export const MapSessionNote = ({ note: { x, y, text, silent } }: { readonly note: SessionNote }) => (
  <text
    class={`session-note halo${silent > 0 ? ' silent' : ''}`}
    text-anchor="middle"
    x={x}
    y={y + 4}
    aria-hidden="true"
  >
    {text}
  </text>
)
