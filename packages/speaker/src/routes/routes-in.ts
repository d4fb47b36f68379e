/** The Adj-RIB-In of one peer over all its families, and what becomes of it as the session comes and goes. @module */
import {
  AdjRibIn,
  type AttributeTable,
  families,
  familyKey,
  familyNameOf,
  type FamilyName,
  type Intake,
  ipv4Unicast,
  ipv6Unicast,
  type Negotiated,
  NlriRib,
  type RouteRows,
  UpdateIntake,
} from '@vagus/bgp'
import type { PeerOptions } from '../options.ts'
import { ChangeFeed } from './change-feed.ts'

export class RoutesIn {
  readonly feed: ChangeFeed
  readonly unicast: ReadonlyMap<number, AdjRibIn>
  readonly others: ReadonlyMap<number, NlriRib>
  readonly #table: AttributeTable
  #intake: UpdateIntake | undefined

  /** @param rowsOf where the routes of a family are kept: with those of other peers, or alone */
  constructor(
    options: Pick<PeerOptions, 'name' | 'families' | 'maxPrefixes' | 'watch'>,
    table: AttributeTable,
    rowsOf: (family: number) => RouteRows,
    onPending: () => void,
  ) {
    const { name, maxPrefixes } = options
    this.#table = table
    this.feed = new ChangeFeed(name, options.watch ?? 'none', onPending)
    const keys = options.families.map((family) => familyKey(families[family]))
    const onChange = (slot: number, rib: AdjRibIn): void => this.feed.noteRoute(slot, rib)
    const limit = maxPrefixes === undefined ? {} : { maxPrefixes }
    this.unicast = new Map(
      keys.filter(isUnicast).map((key) => [key, new AdjRibIn({ rows: rowsOf(key), ...limit, onChange })]),
    )
    this.others = new Map(keys.filter((key) => !isUnicast(key)).map((key) => [key, this.#nlriRib(key, maxPrefixes)]))
  }

  #nlriRib(family: number, most: number | undefined): NlriRib {
    const rib: NlriRib = new NlriRib({
      family,
      table: this.#table,
      ...(most === undefined ? {} : { maxNlri: most }),
      onChange: (entry) => this.feed.noteNlri(entry, rib),
    })
    return rib
  }

  /** Reads UPDATE messages as this session negotiated from now on. */
  begin({ receive }: Pick<Negotiated, 'receive'>): void {
    this.#intake = new UpdateIntake(this.#table, receive, this.unicast, this.others)
  }

  /** @param octets one UPDATE of the session that began */
  receive(octets: Uint8Array): Intake {
    return this.#intake!.receive(octets)
  }

  dropRoutes(keys: readonly number[]): void {
    for (const key of keys) this.#ribOf(key)?.clear()
  }

  markStale(keys: readonly number[]): void {
    for (const key of keys) this.#ribOf(key)?.markStale()
  }

  dropStale(keys: readonly number[]): void {
    for (const key of keys) this.#ribOf(key)?.dropStale()
  }

  #ribOf(key: number): AdjRibIn | NlriRib | undefined {
    return this.unicast.get(key) ?? this.others.get(key)
  }

  /** Prefixes or NLRI by family. */
  counts(): Readonly<Partial<Record<FamilyName, number>>> {
    return Object.fromEntries([...this.unicast, ...this.others].map(([key, { size }]) => [familyNameOf(key), size]))
  }
}

const isUnicast = (key: number): boolean => key === ipv4Unicast || key === ipv6Unicast
