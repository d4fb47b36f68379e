/** One exporter: an address, its number in the collector, and what it says about its interfaces. @module */
import { formatAddress } from '@vagus/address'
import { Notices } from './notice.ts'
import type { FlowProtocol } from './protocol.ts'

export class Exporter {
  readonly number: number
  /** 16, IPv4 as ::ffff:a.b.c.d. */
  readonly octets: Uint8Array
  readonly address: string
  /** By SNMP index. */
  readonly interfaceNames = new Map<number, string>()
  /** Milliseconds since 1970. */
  lastAt: number
  /** Grows whenever options data said something about sampling or the exporter's start. */
  optionsVersion = 1
  /** Sampling rate that the operator configured, when last asked; 0 is none. */
  configuredRate = 0
  readonly #notices = new Map<FlowProtocol, Notices>()

  constructor(number: number, octets: Uint8Array, now: number) {
    this.number = number
    this.octets = octets.slice()
    this.address = formatAddress(this.octets)
    this.lastAt = now
  }

  /** What was told about its streams of a protocol. */
  noticesOf(protocol: FlowProtocol): Notices {
    let notices = this.#notices.get(protocol)
    if (notices === undefined) this.#notices.set(protocol, (notices = new Notices()))
    return notices
  }

  /** Our clock was set back to `now`: nothing came or was told later. */
  clockSetBack(now: number): void {
    this.lastAt = Math.min(this.lastAt, now)
    for (const notices of this.#notices.values()) notices.clockSetBack(now)
  }
}
