/**
 * What changed and was not told yet. A route that changes again before its turn is told once, with its last state; so
 * a listener that is slow costs no more than one entry for each route of the table.
 * @module
 */
import { contains, formatPrefix, parsePrefix, type Prefix } from '@vagus/address'
import { type AdjRibIn, familyNameOf, type NlriRib, prefixAt, slotOf } from '@vagus/bgp'
import type { NlriChange, NlriEvent, PathState, RouteChange, RoutesEvent } from '../event.ts'
import { changesPerEvent } from '../limits.ts'
import type { Watch } from '../options.ts'

export class ChangeFeed {
  readonly #peer: string
  /** Asked to fetch with `take` when it suits. */
  readonly #onPending: () => void
  readonly #routes = new Map<string, { readonly rib: AdjRibIn; readonly prefix: Prefix }>()
  readonly #nlri = new Map<string, { readonly rib: NlriRib; readonly nlri: Uint8Array }>()
  #watched: Watched

  constructor(peer: string, watch: Watch, onPending: () => void) {
    this.#peer = peer
    this.#onPending = onPending
    this.#watched = watchedOf(watch)
  }

  /** Changes what is told; what is there already of it is told, too. */
  watch(watch: Watch, ribs: Iterable<AdjRibIn>): void {
    this.#watched = watchedOf(watch)
    this.#routes.clear()
    for (const rib of ribs) {
      for (let slot = 0; slot < rib.index.used; slot++) if (rib.has(slot)) this.noteRoute(slot, rib)
    }
  }

  noteRoute(slot: number, rib: AdjRibIn): void {
    const watched = this.#watched
    if (watched !== 'all' && watched.exactly.size === 0 && watched.inside.length === 0) return
    const prefix = prefixAt(rib.index, slot)
    const text = formatPrefix(prefix)
    if (watched !== 'all' && !watched.exactly.has(text) && !watched.inside.some((one) => isInside(one, prefix))) return
    this.#routes.set(text, { rib, prefix })
    this.#onPending()
  }

  noteNlri(nlri: Uint8Array, rib: NlriRib): void {
    this.#nlri.set(`${rib.family} ${Buffer.from(nlri).toString('latin1')}`, { rib, nlri })
    this.#onPending()
  }

  get isEmpty(): boolean {
    return this.#routes.size === 0 && this.#nlri.size === 0
  }

  /** The next event, or undefined when everything was told. */
  take(): RoutesEvent | NlriEvent | undefined {
    return this.#takeNlri() ?? this.#takeRoutes()
  }

  #takeRoutes(): RoutesEvent | undefined {
    const changes: RouteChange[] = []
    for (const [text, { rib, prefix }] of this.#routes) {
      if (changes.length === changesPerEvent) break
      this.#routes.delete(text)
      changes.push({ prefix: text, paths: pathsOf(rib, slotOf(rib.index, prefix)) })
    }
    return changes.length === 0 ? undefined : { type: 'routes', peer: this.#peer, changes }
  }

  /** Changes of one family. */
  #takeNlri(): NlriEvent | undefined {
    const changes: NlriChange[] = []
    let family: number | undefined
    for (const [key, { rib, nlri }] of this.#nlri) {
      if (changes.length === changesPerEvent || (family ??= rib.family) !== rib.family) break
      this.#nlri.delete(key)
      const set = rib.setOf(nlri)
      changes.push(set < 0 ? { nlri } : { nlri, attributes: rib.table.attributesOf(set) })
    }
    const name = family === undefined ? undefined : familyNameOf(family)
    return name === undefined ? undefined : { type: 'nlri', peer: this.#peer, family: name, changes }
  }
}

/** The paths of a slot as values; none for slot -1. */
export function pathsOf(rib: AdjRibIn, slot: number): readonly PathState[] {
  if (slot < 0) return []
  return rib.pathsAt(slot).map(({ set, ...path }) => ({ attributes: rib.table.attributesOf(set), ...path }))
}

type Watched = 'all' | { readonly exactly: ReadonlySet<string>; readonly inside: readonly Prefix[] }

function watchedOf(watch: Watch): Watched {
  if (watch === 'all') return 'all'
  const texts = watch === 'none' ? [] : watch
  const isWide = (text: string): boolean => text.endsWith('+')
  return {
    exactly: new Set(texts.filter((text) => !isWide(text))),
    inside: texts.filter(isWide).map((text) => parsePrefix(text.slice(0, -1))),
  }
}

const isInside = (wide: Prefix, { version, length, octets }: Prefix): boolean =>
  wide.version === version && wide.length <= length && contains(wide, octets)
