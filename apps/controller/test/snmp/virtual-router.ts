/** A router that answers Get and GetBulk as RFC 3416 says, with interfaces that carry what a test has them carry. @module */
import type { Answer, Ask } from '../../src/snmp/answer.ts'
import { columns, scalars } from '../../src/snmp/objects.ts'
import type { RouterRounds, RoundResult } from '../../src/snmp/round.ts'

export interface VirtualInterface {
  readonly name: string
  index: number
  /** All that ever left it: what no restart takes away. */
  carried: bigint
  /** What its counter began from. */
  begunAt: bigint
  discontinuity: bigint
}

type Value = Answer['value']

export class VirtualRouter {
  readonly bits: 32 | 64
  readonly tellsBoots: boolean
  readonly interfaces: VirtualInterface[]
  now: number
  #upAt: number
  #boots = 1n

  constructor(names: readonly string[], bits: 32 | 64 = 64, tellsBoots = true, now = 1_700_000_000_000) {
    this.bits = bits
    this.tellsBoots = tellsBoots
    this.now = now
    this.#upAt = now - 3_600_000
    this.interfaces = names.map((name, at) => ({
      name,
      index: at + 1,
      // Close to a wrap of 32 bits.
      carried: 4_000_000_000n,
      begunAt: 0n,
      discontinuity: 0n,
    }))
  }

  /** All counters begin anew, and indices may move by `shift`. */
  restart(shift = 0): void {
    this.#boots++
    this.#upAt = this.now
    const indices = this.interfaces.map(({ index }) => index)
    for (const [at, one] of this.interfaces.entries()) {
      one.begunAt = one.carried
      one.index = indices[(at + shift) % indices.length]!
    }
  }

  /** A line card was changed: one interface's counters begin anew. */
  discontinue(at: number): void {
    const one = this.interfaces[at]!
    one.begunAt = one.carried
    one.discontinuity = BigInt(Math.floor((this.now - this.#upAt) / 10))
  }

  answer({ oids, repetitions }: Ask): Answer[] {
    const objects = this.#objects()
    if (repetitions === undefined) return oids.map((oid) => ({ oid, value: objects.get(oid) }))
    const sorted = [...objects.keys()].toSorted(byOid)
    const last = [...oids]
    return Array.from({ length: repetitions }, () =>
      last.map((oid, at): Answer => {
        const next = sorted.find((one) => byOid(one, oid) > 0) ?? '9.9'
        last[at] = next
        return { oid: next, value: objects.get(next) }
      }),
    ).flat()
  }

  #objects(): ReadonlyMap<string, Value> {
    const objects = new Map<string, Value>([
      [scalars.sysName, 'virtual'],
      [scalars.sysUpTime, BigInt(Math.floor((this.now - this.#upAt) / 10)) % 2n ** 32n],
      ...(this.tellsBoots ? [[scalars.snmpEngineBoots, this.#boots] as const] : []),
    ])
    for (const { name, index, carried, begunAt, discontinuity } of this.interfaces) {
      const counter = BigInt.asUintN(this.bits, carried - begunAt)
      const row: Readonly<Record<string, Value>> = {
        [columns.ifName]: name,
        [columns.ifDescr]: `the long name of ${name}`,
        [columns.ifAdminStatus]: 1n,
        [columns.ifOperStatus]: 1n,
        ...(this.bits === 64
          ? {
              [columns.ifHighSpeed]: 0n,
              [columns.ifCounterDiscontinuityTime]: discontinuity,
              [columns.ifHCInOctets]: 0n,
              [columns.ifHCOutOctets]: counter,
              [columns.ifHCOutUcastPkts]: counter,
            }
          : { [columns.ifInOctets]: 0n, [columns.ifOutOctets]: counter, [columns.ifOutUcastPkts]: counter }),
      }
      for (const [column, value] of Object.entries(row)) objects.set(`${column}.${index}`, value)
    }
    return objects
  }
}

function byOid(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let at = 0; at < Math.max(x.length, y.length); at++) {
    const difference = (x[at] ?? -1) - (y[at] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

/** A whole round. */
export function roundOf(rounds: RouterRounds, router: Pick<VirtualRouter, 'answer' | 'now'>): RoundResult {
  rounds.begin()
  for (let ask = rounds.ask(); ask !== undefined; ask = rounds.ask()) rounds.take(router.answer(ask), router.now)
  return rounds.end()
}
