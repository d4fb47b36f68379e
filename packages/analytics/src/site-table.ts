/**
 * Sites of addresses, with a cache keyed by the first n bits, where n is the length of the longest prefix of the
 * family: addresses that share these bits belong to one site, and most records have addresses of networks looked up
 * before. An attacker who sends addresses that evict each other only defeats the cache.
 * @module
 */
import { type Prefix, parsePrefix, PrefixTable } from '@vagus/address'
import type { Domain } from './domain.ts'

/** Cached networks; 72 KiB. */
const kept = 4096
const wordsPerAddress = 4
const mapped = 0xffff

export class SiteTable {
  readonly #prefixes: PrefixTable
  /** Masks of the bits that any prefix compares, of an IPv4 and of an IPv6 address (least significant word first). */
  readonly #mask4: number
  readonly #mask6: readonly [number, number, number, number]
  readonly #keys = new Uint32Array(kept * wordsPerAddress)
  readonly #sites = new Uint16Array(kept)

  /** @throws {AddressError | RangeError} on an invalid prefix, or one prefix in two sites */
  constructor(sites: Domain['sites']) {
    const prefixes = sites.flatMap((site, index) =>
      site.prefixes.map((prefix): readonly [Prefix, number] => [parsePrefix(prefix), index + 1]),
    )
    this.#prefixes = new PrefixTable(prefixes)
    const longest = (version: 4 | 6): number =>
      prefixes.reduce((most, [prefix]) => (prefix.version === version ? Math.max(most, prefix.length) : most), 0)
    this.#mask4 = maskOf(longest(4))
    const longest6 = longest(6)
    this.#mask6 = [maskOf(longest6 - 96), maskOf(longest6 - 64), maskOf(longest6 - 32), maskOf(longest6)]
    // Empty places have the all-zero key, which is also the key of ::.
    const siteOfZeros = this.#find(new Uint32Array(wordsPerAddress), 0)
    this.#sites.fill(siteOfZeros)
  }

  /** Fills `sites` with the site of each of `length` addresses, four words each; 0 is none. */
  lookUp(addresses: Uint32Array, sites: Uint16Array, length: number): void {
    if (this.#prefixes.size === 0) {
      sites.fill(0, 0, length)
      return
    }
    const keys = this.#keys
    const found = this.#sites
    const mask4 = this.#mask4
    const [m0, m1, m2, m3] = this.#mask6
    for (let row = 0, at = 0; row < length; row++, at += wordsPerAddress) {
      let w0 = addresses[at]!
      let w1 = addresses[at + 1]!
      let w2 = addresses[at + 2]!
      let w3 = addresses[at + 3]!
      if (w1 === mapped && (w2 | w3) === 0) {
        w0 &= mask4
      } else {
        w0 &= m0
        w1 &= m1
        w2 &= m2
        w3 &= m3
      }
      const mixed = Math.imul(w0 ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35) ^ w3, 0x9e3779b1)
      const place = mixed >>> 20
      const key = place * wordsPerAddress
      const differs = (keys[key]! ^ w0) | (keys[key + 1]! ^ w1) | (keys[key + 2]! ^ w2) | (keys[key + 3]! ^ w3)
      if (differs !== 0) {
        found[place] = this.#find(addresses, at)
        keys[key] = w0
        keys[key + 1] = w1
        keys[key + 2] = w2
        keys[key + 3] = w3
      }
      sites[row] = found[place]!
    }
  }

  #find(addresses: Uint32Array, at: number): number {
    return Math.max(0, this.#prefixes.lookup(addresses, at))
  }
}

/** Mask of the first `bits` of 32 bits; none for `bits` below 1, all from 32 on. */
const maskOf = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits))
