/** The devices that a MASA's maker made: a file to which each IDevID adds a line. @module */
import type { MadeDevice } from '@vagus/brski'
import { RecordFile } from '../record-file.ts'

/** Devices of one maker. More are not issued: their owner needs a maker's own systems. */
const maxDevices = 65_536

interface DeviceRecord {
  readonly serialNumber: string
  /** `keyHash` of the IDevID; `null`: withdrawn, and as if it had never been made. */
  readonly key: string | null
  readonly owners: 'any' | readonly string[]
}

/** Another process may add devices while this one serves: an unknown serial number makes it look again. */
export class Devices {
  readonly #file: RecordFile
  #known = new Map<string, MadeDevice>()
  #size = -1

  constructor(path: string) {
    this.#file = new RecordFile(path)
    this.#load()
  }

  get(serialNumber: string): MadeDevice | undefined {
    if (this.#file.size !== this.#size) this.#load()
    return this.#known.get(serialNumber)
  }

  get list(): readonly MadeDevice[] {
    if (this.#file.size !== this.#size) this.#load()
    return [...this.#known.values()]
  }

  /** @throws {RangeError} at the limit */
  add(device: MadeDevice & { readonly key: string }): void {
    if (this.get(device.serialNumber) === undefined && this.#known.size >= maxDevices) {
      throw new RangeError(`${maxDevices} devices were made here already; use another folder for more`)
    }
    this.#file.append(device)
    this.#load()
  }

  /** Whether there was such a device. */
  withdraw(serialNumber: string): boolean {
    if (this.get(serialNumber) === undefined) return false
    this.#file.append({ serialNumber, key: null, owners: 'any' })
    this.#load()
    return true
  }

  #load(): void {
    this.#size = this.#file.size
    this.#known = new Map()
    for (const { serialNumber, key, owners } of this.#file.read(deviceIn)) {
      if (key === null) this.#known.delete(serialNumber)
      else this.#known.set(serialNumber, { serialNumber, key, owners })
    }
  }
}

function deviceIn(value: unknown): DeviceRecord | undefined {
  const record = value as Partial<DeviceRecord> | null | undefined
  const isRecord =
    typeof record?.serialNumber === 'string' &&
    (record.key === null || typeof record.key === 'string') &&
    (record.owners === 'any' || Array.isArray(record.owners))
  return isRecord ? (record as DeviceRecord) : undefined
}
