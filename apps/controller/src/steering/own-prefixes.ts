/** Our prefixes, and to which of them what entered for a site went. @module */
import {
  parseAddress,
  parsePrefix,
  PrefixTable,
  type Version,
  versionOf,
  wordsPerAddress,
  writeWords,
} from '@vagus/address'
import type { Config } from '@vagus/api'
import type { Domain } from '@vagus/analytics'
import { prefixTextOf } from './prefix-text.ts'

interface OwnPrefix {
  readonly prefix: string
  /** Number in flow records. */
  readonly site: number
  readonly version: Version
}

/** What entered at one place, for one site, of one version of IP. */
export interface SiteSum {
  readonly place: number
  readonly site: number
  readonly version: number
  readonly octets: number
}

/** The same to one address. */
export interface DestinationSum extends Omit<SiteSum, 'version'> {
  readonly destination: string
}

export class OwnPrefixes {
  readonly #all: readonly OwnPrefix[]
  readonly #bySiteAndVersion: ReadonlyMap<string, readonly OwnPrefix[]>
  readonly #table: PrefixTable

  constructor(config: Pick<Config, 'sites'>, domain: Pick<Domain, 'sites'>) {
    const numbers = new Map(domain.sites.map(({ name }, index) => [name, index + 1]))
    this.#all = config.sites
      .filter(({ kind }) => kind === 'site')
      .flatMap(({ name, prefixes }) =>
        prefixes.map((text) => {
          const { version } = parsePrefix(text)
          return { prefix: prefixTextOf(text), site: numbers.get(name) ?? 0, version }
        }),
      )
    this.#bySiteAndVersion = Map.groupBy(this.#all, keyOf)
    this.#table = new PrefixTable(this.#all.map(({ prefix }, index) => [parsePrefix(prefix), index]))
  }

  /** Numbers of all sites with prefixes. */
  get sites(): readonly number[] {
    return [...new Set(this.#all.map(({ site }) => site))]
  }

  /** Of those where a sum does not tell the prefix, as there are several of a version. */
  get dividedSites(): readonly number[] {
    const divided = [...this.#bySiteAndVersion.values()].filter(({ length }) => length > 1)
    return [...new Set(divided.map(([first]) => first!.site))]
  }

  /**
   * Octets by prefix, and for each by place. `destinations` may lack the smallest: they only say how a sum divides. A sum
   * of which no destination is known is nobody's.
   */
  octetsByPrefix(
    places: number,
    sums: readonly SiteSum[],
    destinations: readonly DestinationSum[],
  ): ReadonlyMap<string, readonly number[]> {
    const found = new Map<string, number[]>()
    const add = (prefix: string, place: number, octets: number): void => {
      const row = found.get(prefix) ?? Array.from({ length: places }, () => 0)
      row[place]! += octets
      found.set(prefix, row)
    }
    const parts = Map.groupBy(
      destinations.flatMap(({ place, site, destination, octets }) => {
        const own = this.#prefixOf(destination)
        return own === undefined || own.site !== site ? [] : [{ own, place, octets }]
      }),
      ({ own, place }) => `${place} ${keyOf(own)}`,
    )
    for (const { place, octets, ...of } of sums) {
      const candidates = this.#bySiteAndVersion.get(keyOf(of)) ?? []
      if (candidates.length === 1) {
        add(candidates[0]!.prefix, place, octets)
        continue
      }
      const known = parts.get(`${place} ${keyOf(of)}`) ?? []
      const whole = known.reduce((sum, part) => sum + part.octets, 0)
      for (const part of known) if (whole > 0) add(part.own.prefix, place, (octets * part.octets) / whole)
    }
    return found
  }

  #prefixOf(address: string): OwnPrefix | undefined {
    const octets = parseAddress(address)
    writeWords(words, 0, octets)
    const own = this.#all[this.#table.lookup(words, 0)]
    return own?.version === versionOf(octets) ? own : undefined
  }
}

const words = new Uint32Array(wordsPerAddress)

const keyOf = ({ site, version }: { readonly site: number; readonly version: number }): string => `${site} ${version}`
