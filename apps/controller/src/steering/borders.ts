/** Which borders the configuration has: two or more links between our devices and one neighbour AS. @module */
import type { Directory, MeasuringEnd } from '../domain/directory.ts'

export interface BorderLink {
  readonly name: string
  /** The device and interface by which its traffic enters. */
  readonly end: MeasuringEnd
  /** As configured, bits per second. */
  readonly capacity: number
}

export interface ConfiguredBorder {
  /** Name of the neighbour's site. */
  readonly neighbour: string
  readonly as: number | null
  /** At least two, in the order of the configuration. */
  readonly links: readonly BorderLink[]
}

/** More links of one border are left out, the last ones first: the engine compares each with each. */
const maxBorderLinks = 64

/** In the order of the sites. A link whose interface is not known is none of a border's. */
export function bordersOf(directory: Directory): readonly ConfiguredBorder[] {
  const { config } = directory
  const neighbours = config.sites.filter(({ kind }) => kind === 'neighbour')
  const names = new Set(neighbours.map(({ name }) => name))
  const linksOf = Map.groupBy(
    config.links.flatMap(({ name, a, z, capacity }) => {
      const neighbour = [a.node, z.node].find((node) => names.has(node))
      const end = directory.endsOf(name)[0]
      return neighbour === undefined || end === undefined ? [] : [{ neighbour, link: { name, end, capacity } }]
    }),
    ({ neighbour }) => neighbour,
  )
  return neighbours.flatMap(({ name, as = null }) => {
    const links = linksOf.get(name)?.map(({ link }) => link) ?? []
    return links.length < 2 ? [] : [{ neighbour: name, as, links: links.slice(0, maxBorderLinks) }]
  })
}
