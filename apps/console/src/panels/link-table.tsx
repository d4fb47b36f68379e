/** Links as a table, those that are down first, then the busiest; it replaces the map on a narrow screen. */
import { chanceOf, chanceText, expectedText, isLikely } from '@vagus/api/insight-words'
import type { Link } from '@vagus/api'
import { formatTime } from '../figures/clock.ts'
import { coverageOfLink } from '../figures/coverage.ts'
import { busiestFirst, downFirst } from '../figures/current-load.ts'
import { formatCapacity, formatRate, formatShare } from '../figures/format.ts'
import { colourOf, peakOf } from '../figures/utilisation.ts'
import { isOld } from '../state/live.ts'
import { clock } from '../state/preferences.ts'
import { hrefOf, view } from '../state/route.ts'
import { Bar } from '../ui/bar.tsx'
import { CoverageFigure } from '../ui/provenance.tsx'
import { useWidth } from '../ui/width.ts'

/** Below this both directions do not fit beside each other. */
const narrow = 620

const order = 'Links, those that are down first, then the busiest'

interface Props {
  readonly links: readonly Link[]
  /** Their current load; `links` holds means over a window. */
  readonly current?: readonly Link[]
}

export function LinkTable({ links, current }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const now = current === undefined ? undefined : new Map(current.map((link) => [link.name, link]))
  const latestOf = (link: Link): Link => now?.get(link.name) ?? link
  const means = new Map(links.map((link) => [link.name, link]))
  return (
    <div ref={ref} class="scroll" tabIndex={0} role="region" aria-label={order}>
      <table class="list">
        <caption class="visually-hidden">{order}</caption>
        <thead>{width < narrow ? <ShortHead /> : <FullHead now={now === undefined ? 'left out' : 'shown'} />}</thead>
        <tbody>
          {downFirst(busiestFirst(links.map(latestOf), links)).map((latest) =>
            width < narrow ? (
              <ShortRow key={latest.name} link={latest} />
            ) : (
              <FullRow
                key={latest.name}
                link={means.get(latest.name)!}
                latest={now === undefined ? undefined : latest}
              />
            ),
          )}
        </tbody>
      </table>
    </div>
  )
}

const FigureHead = ({ text, about }: { readonly text: string; readonly about?: string }) => (
  <th scope="col" class="figure" title={about}>
    {text}
  </th>
)

const usedNow = (): string => (isOld.value ? 'used then' : 'used now')

const directions = { there: 'from the first end to the second', back: 'from the second end to the first' } as const

const FullHead = ({ now }: { readonly now: 'shown' | 'left out' }) => (
  <tr>
    <th scope="col">link</th>
    <th scope="col">from – to</th>
    <FigureHead text="capacity" />
    {now === 'shown' && <FigureHead text={usedNow()} about="by interface counters, of the busier direction" />}
    {(['there', 'back'] as const).map((direction) => (
      <>
        <FigureHead text={direction} about={directions[direction]} />
        <td class="bar-cell" />
        <FigureHead text="used" about="share of the capacity, as a mean of the window" />
      </>
    ))}
    <FigureHead
      text="coverage"
      about="flow octets as a share of counted ones, of the direction that is further from 100 %"
    />
    <FigureHead text="fills up" about="chance that the busier direction reaches 80 % within half an hour" />
    <th scope="col">state</th>
  </tr>
)

const ShortHead = () => (
  <tr>
    <th scope="col">link</th>
    <FigureHead text="capacity" />
    <td class="bar-cell" />
    <FigureHead text={usedNow()} about="by interface counters, of the busier direction" />
  </tr>
)

function LinkName({ link }: { readonly link: Link }) {
  const selected = view.value.link === link.name
  return (
    <th scope="row">
      <a
        class="long-name"
        href={hrefOf({ link: link.name })}
        title={link.name}
        aria-current={selected ? 'true' : undefined}
      >
        {link.name}
      </a>
    </th>
  )
}

function FullRow({ link, latest }: { readonly link: Link; readonly latest: Link | undefined }) {
  return (
    <tr class={view.value.link === link.name ? 'selected' : ''}>
      <LinkName link={link} />
      <td>
        <NodeName name={link.a.node} /> – <NodeName name={link.z.node} />
      </td>
      <td class="figure">{formatCapacity(link.capacity)}</td>
      {latest !== undefined && <Now utilisation={peakOf(latest)} />}
      {[link.aToZ, link.zToA].map((load, direction) => (
        <Direction key={direction} load={load} />
      ))}
      <td class="figure">
        <CoverageFigure share={coverageOfLink(link)} />
      </td>
      <Chance link={link} />
      <td>
        <State link={link} />
      </td>
    </tr>
  )
}

function Chance({ link: { a, z, expected } }: { readonly link: Link }) {
  const [there, back] = [`${a.node} → ${z.node}`, `${z.node} → ${a.node}`]
  const text = expected && expectedText(expected, formatTime(Date.parse(expected.by), clock.value), [there, back])
  return (
    <td class={`figure ${isLikely(expected) ? 'likely' : ''}`} title={text}>
      {chanceText(chanceOf(expected))}
    </td>
  )
}

const NodeName = ({ name }: { readonly name: string }) => (
  <span class="long-name" title={name}>
    {name}
  </span>
)

/** The busier direction. */
const Now = ({ utilisation }: { readonly utilisation: number | null }) => (
  <td class="figure">
    <i class="swatch" style={{ background: colourOf(utilisation) }} />
    <span class="now">{formatShare(utilisation)}</span>
  </td>
)

function Direction({ load }: { readonly load: Link['aToZ'] }) {
  return (
    <>
      <td class="figure">{formatRate(load.bitsPerSecond)}</td>
      <td class="bar-cell">
        <Bar share={load.utilisation} colour={colourOf(load.utilisation)} />
      </td>
      <td class="figure">{formatShare(load.utilisation)}</td>
    </>
  )
}

function ShortRow({ link }: { readonly link: Link }) {
  const peak = peakOf(link)
  return (
    <tr class={view.value.link === link.name ? 'selected' : ''}>
      <LinkName link={link} />
      <td class="figure">{formatCapacity(link.capacity)}</td>
      <td class="bar-cell">
        <Bar share={peak} colour={colourOf(peak)} />
      </td>
      <td class="figure">{link.state === 'down' ? <State link={link} /> : formatShare(peak)}</td>
    </tr>
  )
}

const State = ({ link: { state } }: { readonly link: Link }) => <span class={`state-word ${state}`}>{state}</span>
