/** A path through the network, from the attachment of one site to that of another. @module */

export interface Path {
  /** `a` is where the line is ordered from. */
  readonly a: PathEnd
  readonly z: PathEnd
  /** From `a` to `z`, at least one; no node comes twice. */
  readonly hops: readonly Hop[]
  /** One way; null: of a link nobody knows it. */
  readonly delayMs: number | null
}

/** Where a site is attached. */
export interface PathEnd {
  readonly site: string
  readonly node: string
  readonly interface: string
}

/** Over one link, between two nodes. */
export interface Hop {
  readonly link: string
  readonly from: string
  readonly to: string
}

/** In the order of the path. */
export const nodesOf = ({ a, hops }: Path): readonly string[] => [a.node, ...hops.map(({ to }) => to)]

/** All that another path must do without so that nothing but the ends can fail for both: links, and nodes between the ends. */
export const elementsOf = (path: Path): readonly string[] => [
  ...path.hops.map(({ link }) => link),
  ...nodesOf(path).slice(1, -1),
]

/** As people read it, such as `R1 – R2 – R4`. */
export const pathText = (path: Path): string => nodesOf(path).join(' – ')
