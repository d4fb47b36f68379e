/** One exporter: its address, its number in the collector, and its interface names. @module */
import { formatAddress } from '@vagus/address'
import { Notices } from './notice.ts'
import type { FlowProtocol } from './protocol.ts'

export class Exporter {
  readonly number: number
  /** The address in 16 octets, IPv4 as ::ffff:a.b.c.d. */
  readonly octets: Uint8Array
  readonly address: string
  /** Interface names by SNMP index. */
  readonly interfaceNames = new Map<number, string>()
  /** When the latest datagram arrived, milliseconds since 1970. */
  lastAt: number
  /** Incremented whenever options data changes what is known of sampling or of the exporter's start time. */
  optionsVersion = 1
  /** Configured sampling rate as of the latest `tick`; 0 is none. */
  configuredRate = 0
  readonly #notices = new Map<FlowProtocol, Notices>()

  constructor(number: number, octets: Uint8Array, now: number) {
    this.number = number
    this.octets = octets.slice()
    this.address = formatAddress(this.octets)
    this.lastAt = now
  }

  /** Notices about the exporter's streams of one protocol. */
  noticesOf(protocol: FlowProtocol): Notices {
    let notices = this.#notices.get(protocol)
    if (notices === undefined) this.#notices.set(protocol, (notices = new Notices()))
    return notices
  }

  /** Our clock was set back to `now`: no arrival or report is later. */
  clockSetBack(now: number): void {
    this.lastAt = Math.min(this.lastAt, now)
    for (const notices of this.#notices.values()) notices.clockSetBack(now)
  }
}
