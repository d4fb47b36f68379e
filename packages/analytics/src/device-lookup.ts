/**
 * Device numbers of exporters. The collector numbers exporters as they appear and may give a number to another address
 * later, so each block looks the address up again.
 * @module
 */
import { formatAddress, parseAddress } from '@vagus/address'
import type { Domain } from './domain.ts'

export interface DeviceLookup {
  /** Forgets the devices of all exporters. */
  renew(): void
  /** Device number; 0 when the exporter is not a device of the domain. `exporter` is 0..65535. */
  readonly deviceOf: (exporter: number) => number
}

const notAsked = 0xffff

/** @throws {AddressError | RangeError} on a device without a valid address, or two devices with the same one */
export function createDeviceLookup(
  { devices }: Pick<Domain, 'devices'>,
  addressOf: (exporter: number) => string | undefined,
): DeviceLookup {
  if (devices.length >= notAsked)
    throw new RangeError(`there must be at most ${notAsked - 1} devices, got ${devices.length}`)
  const numberOf = new Map<string, number>()
  for (const [index, { name, address }] of devices.entries()) {
    const text = formatAddress(parseAddress(address))
    const other = numberOf.get(text)
    if (other !== undefined) {
      throw new RangeError(`devices ${devices[other - 1]!.name} and ${name} must not have the same address, ${text}`)
    }
    numberOf.set(text, index + 1)
  }
  const known = new Uint16Array(65_536).fill(notAsked)
  const asked: number[] = []
  return {
    renew() {
      for (const exporter of asked) known[exporter] = notAsked
      asked.length = 0
    },
    deviceOf(exporter) {
      const device = known[exporter]!
      if (device !== notAsked) return device
      asked.push(exporter)
      return (known[exporter] = numberOf.get(addressOf(exporter) ?? '') ?? 0)
    },
  }
}
