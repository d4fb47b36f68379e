/** Interfaces of this host as a test wants them, in place of what `node:os` tells of it: for a process of its own. */
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'

export const interfaces: {
  /** Addresses by interface. */
  table: { readonly [name: string]: readonly string[] }
  /** How often they were asked for. */
  asked: number
} = { table: {}, asked: 0 }

os.networkInterfaces = () => {
  interfaces.asked++
  return Object.fromEntries(
    Object.entries(interfaces.table).map(([name, addresses]) => [name, addresses.map((address) => infoOf(address))]),
  )
}
syncBuiltinESMExports()

function infoOf(address: string): os.NetworkInterfaceInfo {
  const common = { address, netmask: '', mac: '', internal: false, cidr: null }
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' }
}
