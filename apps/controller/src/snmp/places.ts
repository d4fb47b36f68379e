/** Which ifIndex an interface of `vagus.yaml` has at its router: by name, as indices may change at a restart. Pure. @module */
import type { ListedInterface } from './interface-list.ts'

export interface Wanted {
  /** As in `vagus.yaml`. */
  readonly name: string
  /** As flow records carry it; undefined until it is learned. */
  readonly index: number | undefined
}

/** What an interface is called at the router; names of vendors differ between tables. */
type Names = Pick<ListedInterface, 'name' | 'description'>

export const isCalled = ({ name, description }: Names, wanted: string): boolean =>
  name === wanted || description === wanted

export interface Place {
  readonly wanted: Wanted
  /** Where the router has it; undefined: it has no interface of that name or index. */
  readonly index: number | undefined
  /** The name says so, or only the index that was written down, as names may be the operator's own. */
  readonly by: 'name' | 'index' | undefined
}

/** In the order of `wanted`. ifName goes before ifDescr; of several with one name the first counts. */
export function placesOf(wanted: readonly Wanted[], listed: readonly ListedInterface[]): readonly Place[] {
  const byDescription = new Map(listed.toReversed().map(({ description, index }) => [description, index]))
  const byName = new Map(listed.toReversed().map(({ name, index }) => [name, index]))
  const indices = new Set(listed.map(({ index }) => index))
  return wanted.map((one): Place => {
    const named = byName.get(one.name) ?? byDescription.get(one.name)
    if (named !== undefined) return { wanted: one, index: named, by: 'name' }
    if (one.index !== undefined && indices.has(one.index)) return { wanted: one, index: one.index, by: 'index' }
    return { wanted: one, index: undefined, by: undefined }
  })
}
