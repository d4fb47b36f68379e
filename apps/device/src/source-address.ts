/** From which of our addresses the controller hears the session and the counters: it knows the device by one. @module */
import { formatAddress, parseAddress } from '@vagus/address'
import { interfaceAddresses, isIPv4 } from './inventory.ts'

/**
 * `known`, the address of the device at the controller, where it is among `own` (of the interfaces that are up) and of
 * the family of the controller's address. Else the kernel chooses.
 */
export function sourceAddress(known: string, controller: string, own = ownAddresses()): string | undefined {
  const address = formatAddress(parseAddress(known))
  return own.includes(address) && isIPv4(address) === isIPv4(controller) ? address : undefined
}

const ownAddresses = (): readonly string[] =>
  Object.values(interfaceAddresses()).flatMap((all) => all.map(({ address }) => address))
