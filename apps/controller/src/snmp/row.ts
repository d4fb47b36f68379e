/** The values that a router sent of one row of ifTable and ifXTable (RFC 2863). Pure. @module */
import type { CounterSample } from '@vagus/analytics'
import { type Answer, numberIn, textIn } from './answer.ts'
import { type ColumnName, columns, type CounterBits } from './objects.ts'
import type { RawCounters } from './totals.ts'

type State = Pick<CounterSample, 'adminUp' | 'operUp' | 'inDiscards' | 'outDiscards' | 'inErrors' | 'outErrors'>

export class Row {
  readonly #values: ReadonlyMap<string, Answer>
  readonly #index: number

  constructor(values: ReadonlyMap<string, Answer>, index: number) {
    this.#values = values
    this.#index = index
  }

  text(name: ColumnName): string {
    const answer = this.#at(name)
    return (answer && textIn(answer)) ?? ''
  }

  number(name: ColumnName, most?: bigint): bigint | undefined {
    return numberIn(this.#at(name), most)
  }

  /** What is not told is 0, or not up. */
  state(): State {
    const count = (name: ColumnName): number => Number(this.number(name) ?? 0n)
    return {
      adminUp: this.number('ifAdminStatus') === 1n,
      operUp: this.number('ifOperStatus') === 1n,
      inDiscards: count('ifInDiscards'),
      outDiscards: count('ifOutDiscards'),
      inErrors: count('ifInErrors'),
      outErrors: count('ifOutErrors'),
    }
  }

  /** Undefined where octets are missing. Packets may be. */
  counters(bits: CounterBits, at: number): RawCounters | undefined {
    const most = 2n ** BigInt(bits) - 1n
    const [inOctets, outOctets] =
      bits === 64
        ? [this.number('ifHCInOctets', most), this.number('ifHCOutOctets', most)]
        : [this.number('ifInOctets', most), this.number('ifOutOctets', most)]
    if (inOctets === undefined || outOctets === undefined) return undefined
    const all = (names: readonly ColumnName[]) => names.map((name) => this.number(name, most))
    return {
      bits,
      at,
      speed: bits === 64 ? Number(this.number('ifHighSpeed') ?? 0n) * 1_000_000 : Number(this.number('ifSpeed') ?? 0n),
      discontinuity: this.number('ifCounterDiscontinuityTime') ?? 0n,
      inOctets,
      outOctets,
      inPackets:
        bits === 64
          ? all(['ifHCInUcastPkts', 'ifHCInMulticastPkts', 'ifHCInBroadcastPkts'])
          : all(['ifInUcastPkts', 'ifInNUcastPkts']),
      outPackets:
        bits === 64
          ? all(['ifHCOutUcastPkts', 'ifHCOutMulticastPkts', 'ifHCOutBroadcastPkts'])
          : all(['ifOutUcastPkts', 'ifOutNUcastPkts']),
    }
  }

  #at(name: ColumnName): Answer | undefined {
    return this.#values.get(`${columns[name]}.${this.#index}`)
  }
}
