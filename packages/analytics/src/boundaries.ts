/** The boundary of the domain: the interfaces that lead to each site, and the devices that reach it. @module */
import type { Domain } from './domain.ts'
import { InterfaceTable } from './interface-table.ts'
import { Metering } from './metering.ts'

/** SNMP indices below this are stored in a list of at most 16 KiB per device. */
const listed = 4096

export class Boundaries {
  readonly interfaces: InterfaceTable
  /** Metering of the interfaces above, by slot. */
  readonly metering: Metering
  /** Site behind the interface, by slot. */
  readonly siteAt: Uint16Array
  /** The only device that leads to the site, by site number; 0 for none or several. */
  readonly onlyDeviceOf: Uint16Array
  /** 1 when several devices lead to the site, by site number. */
  readonly isMultihomed: Uint8Array
  /** Slot + 1 by device number and SNMP index; 0 for none. Most indices are small; the others are searched. */
  readonly #slots: readonly Uint32Array[]

  /** @throws {RangeError} when an interface names a site that is not in the list, or a device has an index twice */
  constructor({ devices, sites }: Domain) {
    const numberOf = new Map(sites.map(({ name }, index) => [name, index + 1]))
    const all = devices.flatMap((device, index) =>
      device.interfaces.map((each) => ({ ...each, device: index + 1, name: device.name })),
    )
    this.interfaces = new InterfaceTable(Math.max(all.length, 1))
    this.metering = new Metering(this.interfaces.capacity)
    this.siteAt = new Uint16Array(Math.max(all.length, 1))
    this.onlyDeviceOf = new Uint16Array(sites.length + 1)
    this.isMultihomed = new Uint8Array(sites.length + 1)
    this.#slots = devices.map(({ interfaces }) => {
      const highest = interfaces.reduce((most, { index }) => Math.max(most, index < listed ? index : 0), 0)
      return new Uint32Array(highest + 1)
    })
    for (const { device, index, site, name } of all) {
      if (this.interfaces.find(device, index) >= 0) {
        throw new RangeError(`interface index ${index} of ${name} occurs twice; each interface must have its own index`)
      }
      const slot = this.interfaces.findOrInsert(device, index)
      const slots = this.#slots[device - 1]!
      if (index < slots.length) slots[index] = slot + 1
      if (site === undefined) continue
      const number = numberOf.get(site)
      if (number === undefined)
        throw new RangeError(`interface ${index} of ${name} leads to "${site}", which must be the name of a site`)
      this.siteAt[slot] = number
      this.#reach(number, device)
    }
  }

  /** Slot of an interface of a device (number), or -1 when it is not configured as a boundary. */
  slotOf(device: number, ifIndex: number): number {
    const slot = this.#slots[device - 1]?.[ifIndex] ?? 0
    return slot > 0 ? slot - 1 : ifIndex < listed ? -1 : this.interfaces.find(device, ifIndex)
  }

  #reach(site: number, device: number): void {
    const only = this.onlyDeviceOf[site]!
    if (this.isMultihomed[site] === 1 || only === device) return
    if (only === 0) {
      this.onlyDeviceOf[site] = device
    } else {
      this.onlyDeviceOf[site] = 0
      this.isMultihomed[site] = 1
    }
  }
}
