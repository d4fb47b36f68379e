/** Look-up in the configured domain: devices by address, links by the interfaces that measure them. @module */
import { formatAddress, parseAddress } from '@vagus/address'
import type { Config } from '@vagus/api'

export type ConfiguredDevice = Config['devices'][number]
export type ConfiguredLink = Config['links'][number]

/** An interface that measures a link: what leaves by it goes in `direction`, what enters the other way. */
export interface MeasuringEnd {
  readonly device: ConfiguredDevice
  /** Text of the device's address, in the form that the collector uses. */
  readonly address: string
  readonly interface: string
  readonly ifIndex: number
  readonly direction: 'a-to-z' | 'z-to-a'
}

export interface Directory {
  readonly config: Config
  deviceAt(address: string): ConfiguredDevice | undefined
  /** Text of the address in the form that the collector uses. */
  addressOf(device: ConfiguredDevice): string
  /** Ends at devices whose interface is named, a's before z's; empty for an unknown link. */
  endsOf(link: string): readonly MeasuringEnd[]
}

export function createDirectory(config: Config): Directory {
  const addresses = new Map(config.devices.map((device) => [device.name, canonicalAddress(device.address)]))
  const byAddress = new Map(config.devices.map((device) => [canonicalAddress(device.address), device]))
  const byName = new Map(config.devices.map((device) => [device.name, device]))
  const ends = new Map<string, readonly MeasuringEnd[]>()
  for (const link of config.links) {
    ends.set(
      link.name,
      [endOf(link, 'a'), endOf(link, 'z')].filter((end) => end !== undefined),
    )
  }
  function endOf(link: ConfiguredLink, side: 'a' | 'z'): MeasuringEnd | undefined {
    const { node, interface: name } = link[side]
    const device = byName.get(node)
    const index = device?.interfaces.find((one) => one.name === name)?.index
    if (device === undefined || name === undefined || index === undefined || index === 0) return undefined
    const direction = side === 'a' ? 'a-to-z' : 'z-to-a'
    return { device, address: addresses.get(node)!, interface: name, ifIndex: index, direction }
  }
  return {
    config,
    deviceAt: (address) => byAddress.get(address),
    addressOf: (device) => addresses.get(device.name) ?? canonicalAddress(device.address),
    endsOf: (link) => ends.get(link) ?? [],
  }
}

/** RFC 5952 text, so that addresses compare as strings. */
export const canonicalAddress = (address: string): string => formatAddress(parseAddress(address))
