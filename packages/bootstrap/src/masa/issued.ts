/** The log of a MASA: what it issued, on the disk before anybody gets it (RFC 8995 §5.6, §5.8). @module */
import type { IssuedEvent } from '@vagus/brski'
import { RecordFile } from '../record-file.ts'

/** Vouchers of one log, at some 300 octets. At the limit no more are issued: a voucher without an entry is worse. */
const maxIssued = 200_000

interface IssuedRecord extends IssuedEvent {
  readonly serialNumber: string
}

export class IssuedLog {
  readonly #file: RecordFile
  readonly #bySerial = new Map<string, IssuedEvent[]>()
  #count = 0

  constructor(path: string) {
    this.#file = new RecordFile(path)
    for (const { serialNumber, ...event } of this.#file.read(recordIn)) this.#keep(serialNumber, event)
  }

  /** The oldest first. */
  eventsOf(serialNumber: string): readonly IssuedEvent[] {
    return this.#bySerial.get(serialNumber) ?? []
  }

  /** @throws {RangeError} at the limit, {Error} of the file system: then nothing may be issued */
  append(serialNumber: string, event: IssuedEvent): void {
    if (this.#count >= maxIssued) throw new RangeError(`the log has ${maxIssued} entries; move it away to issue more`)
    this.#file.append({ serialNumber, ...event })
    this.#keep(serialNumber, event)
  }

  #keep(serialNumber: string, event: IssuedEvent): void {
    const events = this.#bySerial.get(serialNumber) ?? []
    events.push(event)
    this.#bySerial.set(serialNumber, events)
    this.#count += 1
  }
}

function recordIn(value: unknown): IssuedRecord | undefined {
  const record = value as Partial<IssuedRecord> | null | undefined
  const isRecord =
    typeof record?.serialNumber === 'string' &&
    typeof record.date === 'number' &&
    typeof record.domainId === 'string' &&
    typeof record.owner === 'string' &&
    typeof record.assertion === 'string' &&
    (record.nonce === null || typeof record.nonce === 'string')
  return isRecord ? (record as IssuedRecord) : undefined
}
