/** Counters and state of every interface that a device reports, by address of the device and SNMP index. @module */
import { CounterHistory, type InterfaceRate, staleAfter } from './counter-history.ts'

/** One sample with the text of its device's address. */
export interface CounterReading {
  readonly address: string
  readonly ifIndex: number
  readonly ifName: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
  /** Bits per second; 0 is unknown. */
  readonly ifSpeed: number
  readonly operUp: boolean
  readonly inOctets: bigint
  readonly outOctets: bigint
}

export interface InterfaceRecord {
  readonly address: string
  readonly ifIndex: number
  ifName: string | undefined
  ifSpeed: number
  operUp: boolean
  readonly history: CounterHistory
}

/** About 40 kB of history an interface: 400 MB at the limit. What comes when it is full is not taken, and counted. */
export const maxInterfaces = 10_000

export class CounterTable {
  readonly #records = new Map<string, InterfaceRecord>()
  readonly #heard = new Map<string, number>()
  #refused = 0

  take(reading: CounterReading): void {
    const key = keyOf(reading.address, reading.ifIndex)
    let record = this.#records.get(key)
    if (record === undefined) {
      if (this.#records.size >= maxInterfaces) {
        this.#refused++
        return
      }
      const { address, ifIndex, ifName, ifSpeed, operUp } = reading
      record = { address, ifIndex, ifName, ifSpeed, operUp, history: new CounterHistory() }
      this.#records.set(key, record)
    }
    record.ifName = reading.ifName ?? record.ifName
    record.ifSpeed = reading.ifSpeed
    record.operUp = reading.operUp
    record.history.add({
      at: reading.at,
      inOctets: Number(reading.inOctets),
      outOctets: Number(reading.outOctets),
    })
    this.#heard.set(reading.address, reading.at)
  }

  /** Samples of interfaces that found no room. */
  get refused(): number {
    return this.#refused
  }

  get size(): number {
    return this.#records.size
  }

  record(address: string, ifIndex: number): InterfaceRecord | undefined {
    return this.#records.get(keyOf(address, ifIndex))
  }

  interfacesOf(address: string): readonly InterfaceRecord[] {
    return [...this.#records.values()].filter((record) => record.address === address)
  }

  /** Whether the device's counters arrive. */
  isHeard(address: string, now: number): boolean {
    const at = this.#heard.get(address)
    return at !== undefined && now - at <= staleAfter
  }

  /** `window` in milliseconds. */
  rate(address: string, ifIndex: number, window: number, now: number): InterfaceRate | undefined {
    return this.record(address, ifIndex)?.history.rate(window, now)
  }

  /**
   * `unknown` while nothing is heard of the device; an interface that its device stopped reporting is gone, hence down.
   */
  state(address: string, ifIndex: number, now: number): 'up' | 'down' | 'unknown' {
    const record = this.record(address, ifIndex)
    const heard = this.#heard.get(address)
    if (record === undefined || heard === undefined || now - heard > staleAfter) return 'unknown'
    const newest = record.history.newest
    const isGone = newest !== undefined && heard - newest.at > staleAfter
    return record.operUp && !isGone ? 'up' : 'down'
  }
}

const keyOf = (address: string, ifIndex: number): string => `${address} ${ifIndex}`
