/**
 * What changed and was not told yet. A route that changes again before its turn is told once, with its last state; so
 * a listener that is slow costs no more than one entry for each route of the table.
 * @module
 */
import { type Prefix, formatPrefix } from '@vagus/address'
import { type AdjRibIn, familyNameOf, type NlriEntry, type NlriRib, prefixAt, slotOf } from '@vagus/bgp'
import type { NlriChange, NlriEvent, PathState, RouteChange, RoutesEvent } from '../event.ts'
import { changesPerEvent } from '../limits.ts'
import type { Watch } from '../options.ts'
import { Watched } from './watched.ts'

export class ChangeFeed {
  readonly #peer: string
  /** Asked to fetch with `take` when it suits. */
  readonly #onPending: () => void
  readonly #routes = new Map<string, { readonly rib: AdjRibIn; readonly prefix: Prefix }>()
  /** By table and `nlriText`. */
  readonly #nlri = new Map<NlriRib, Map<string, NlriEntry>>()
  #watched: Watched

  constructor(peer: string, watch: Watch, onPending: () => void) {
    this.#peer = peer
    this.#onPending = onPending
    this.#watched = new Watched(watch)
  }

  /**
   * Changes the watch list. Existing routes that match are reported, too, and so are withdrawals not yet reported.
   * @throws {RangeError | AddressError}
   */
  watch(watch: Watch, ribs: Iterable<AdjRibIn>): void {
    this.#watched = new Watched(watch)
    // A route that went is in no table: only its entry here can still say so.
    for (const [text, { prefix }] of this.#routes) if (!this.#watched.hasPrefix(prefix)) this.#routes.delete(text)
    for (const rib of ribs) for (const slot of this.#watched.slotsOf(rib)) this.noteRoute(slot, rib)
  }

  noteRoute(slot: number, rib: AdjRibIn): void {
    if (!this.#watched.has(rib, slot)) return
    const prefix = prefixAt(rib.index, slot)
    this.#routes.set(formatPrefix(prefix), { rib, prefix })
    this.#onPending()
  }

  noteNlri(entry: NlriEntry, rib: NlriRib): void {
    const changed = this.#nlri.get(rib)
    if (changed === undefined) this.#nlri.set(rib, new Map([[entry.text, entry]]))
    else changed.set(entry.text, entry)
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
    for (const [rib, changed] of this.#nlri) {
      const changes: NlriChange[] = []
      for (const [text, { nlri, set }] of changed) {
        if (changes.length === changesPerEvent) break
        changed.delete(text)
        changes.push(set < 0 ? { nlri } : { nlri, block: rib.table.blockOf(set) })
      }
      if (changed.size === 0) this.#nlri.delete(rib)
      const family = familyNameOf(rib.family)
      if (family !== undefined) return { type: 'nlri', peer: this.#peer, family, changes }
    }
    return undefined
  }
}

/** The paths of a slot as values; none for slot -1. */
export function pathsOf(rib: AdjRibIn, slot: number): readonly PathState[] {
  if (slot < 0) return []
  return rib.pathsAt(slot).map(({ set, ...path }) => ({ attributes: rib.table.attributesOf(set), ...path }))
}
