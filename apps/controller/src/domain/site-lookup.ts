/** The site of one address, found as it is found for flow records. @module */
import { AddressError, parseAddress, wordsPerAddress, writeWords } from '@vagus/address'
import { type Domain, SiteTable } from '@vagus/analytics'
import type { Config } from '@vagus/api'
import { shownSites } from './sites.ts'

/** Name of the site whose prefixes hold the address; null for one of no shown site, and for text that is no address. */
export type SiteOf = (address: string) => string | null

/** @throws {AddressError | RangeError} on a prefix that is none, or one of two sites */
export function siteLookup({ sites }: Domain, config: Pick<Config, 'sites'>): SiteOf {
  const table = new SiteTable(sites)
  const shown = new Set(shownSites(config).map(({ name }) => name))
  const words = new Uint32Array(wordsPerAddress)
  const found = new Uint16Array(1)
  return (address) => {
    try {
      writeWords(words, 0, parseAddress(address))
    } catch (error) {
      if (error instanceof AddressError) return null
      throw error
    }
    table.lookUp(words, found, 1)
    const site = sites[found[0]! - 1]?.name
    return site !== undefined && shown.has(site) ? site : null
  }
}
