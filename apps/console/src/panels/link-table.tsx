/** Links as a table, busiest first: the twin of the map, and the list that stands in its place on a narrow screen. */
import type { Link } from '@vagus/api'
import { formatCapacity, formatRate, formatShare } from '../figures/format.ts'
import { byPeak, colourOf, peakOf } from '../figures/utilisation.ts'
import { hrefOf, view } from '../state/route.ts'
import { Bar } from '../ui/bar.tsx'
import { useWidth } from '../ui/width.ts'

/** Below this both directions do not fit beside each other. */
const narrow = 620

export function LinkTable({ links }: { readonly links: readonly Link[] }) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const Row = width < narrow ? ShortRow : FullRow
  return (
    <div ref={ref} class="scroll" tabIndex={0} role="region" aria-label="Links, busiest first">
      <table class="list">
        <caption class="visually-hidden">Links, busiest first</caption>
        <thead>{width < narrow ? <ShortHead /> : <FullHead />}</thead>
        <tbody>
          {byPeak(links).map((link) => (
            <Row key={link.name} link={link} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const FigureHead = ({ text }: { readonly text: string }) => (
  <th scope="col" class="figure">
    {text}
  </th>
)

const FullHead = () => (
  <tr>
    <th scope="col">link</th>
    <th scope="col">from – to</th>
    <FigureHead text="capacity" />
    {['there', 'back'].map((direction) => (
      <>
        <FigureHead text={direction} />
        <td class="bar-cell" />
        <FigureHead text="used" />
      </>
    ))}
    <FigureHead text="coverage" />
    <th scope="col">state</th>
  </tr>
)

const ShortHead = () => (
  <tr>
    <th scope="col">link</th>
    <FigureHead text="capacity" />
    <td class="bar-cell" />
    <FigureHead text="used" />
  </tr>
)

function LinkName({ link }: { readonly link: Link }) {
  const selected = view.value.link === link.name
  return (
    <th scope="row">
      <a href={hrefOf({ link: link.name })} aria-current={selected ? 'true' : undefined}>
        {link.name}
      </a>
    </th>
  )
}

function FullRow({ link }: { readonly link: Link }) {
  const coverage = [link.aToZ.coverage, link.zToA.coverage].filter((share) => share !== null)
  return (
    <tr class={view.value.link === link.name ? 'selected' : ''}>
      <LinkName link={link} />
      <td>
        {link.a.node} – {link.z.node}
      </td>
      <td class="figure">{formatCapacity(link.capacity)}</td>
      {[link.aToZ, link.zToA].map((load, direction) => (
        <Direction key={direction} load={load} />
      ))}
      <td class="figure">{coverage.length === 0 ? '–' : formatShare(Math.min(...coverage))}</td>
      <td>
        <State link={link} />
      </td>
    </tr>
  )
}

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
