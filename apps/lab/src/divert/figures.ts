/** What came of a run, out of what the schedulers wrote down. Pure. @module */
import type { Entry } from './scheduler/ledger.ts'

/** By name of the scheduler. */
export type Ledgers = ReadonlyMap<string, readonly Entry[]>

/** Milliseconds. */
export interface Figures {
  readonly tasks: number
  readonly inTime: number
  /** From when it was due less what it had, to when its data centre had the output; of those that are over, nearest rank. */
  readonly p50: number | null
  readonly p95: number | null
  /** Tasks without an output in the end, and tasks whose work was done more than once. */
  readonly lost: number
  readonly twice: number
  /** How many were done where, by name. */
  readonly doneAt: Readonly<Record<string, number>>
  /** Handed over while the data centre was not overloaded. */
  readonly divertedInCalm: number
  /** Octets of inputs that were handed over, by name. */
  readonly octetsTo: Readonly<Record<string, number>>
  /** Rounds of questions to the others and to the network, of which decisions are made. */
  readonly asked: { readonly rounds: number; readonly messages: number; readonly p50: number | null; readonly p95: number | null } // prettier-ignore
  readonly lines: { readonly ordered: number; readonly released: number }
}

/**
 * @param owner whose tasks they are @param patience milliseconds that each task had from its arrival on
 * @param busyFrom when the overload began, milliseconds since 1970
 */
export function figuresOf(ledgers: Ledgers, owner: string, patience: number, busyFrom: number): Figures {
  const own = ledgers.get(owner) ?? []
  const chosen = own.filter((one) => one.type === 'chosen')
  const over = new Map(own.flatMap((one) => (one.type === 'over' ? [[one.id, one.at] as const] : [])))
  const worked = [...ledgers].flatMap(([name, entries]) =>
    entries.flatMap((one) => (one.type === 'worked' ? [{ name, id: one.id }] : [])),
  )
  const ended = chosen.flatMap(({ task }) => {
    const at = over.get(task.id)
    return at === undefined ? [] : [{ isInTime: at <= task.due, took: at - (task.due - patience) }]
  })
  const took = ended.map((one) => one.took)
  const workOf = Map.groupBy(worked, ({ id }) => id)
  const diverted = chosen.flatMap((one) => (one.to === undefined ? [] : [{ ...one, to: one.to }]))
  const asked = own.filter((one) => one.type === 'asked')
  const waits = asked.map((one) => one.took)
  const lines = own.filter((one) => one.type === 'line')
  return {
    tasks: chosen.length,
    inTime: ended.filter(({ isInTime }) => isInTime).length,
    p50: quantile(took, 0.5),
    p95: quantile(took, 0.95),
    lost: chosen.length - ended.length,
    twice: [...workOf.values()].filter(({ length }) => length > 1).length,
    doneAt: sums(worked.map(({ name }) => [name, 1])),
    divertedInCalm: diverted.filter(({ at }) => at < busyFrom).length,
    octetsTo: sums(diverted.map(({ to, task }) => [to, task.octets])),
    asked: {
      rounds: asked.length,
      messages: asked.reduce((sum, { messages }) => sum + messages, 0),
      p50: quantile(waits, 0.5),
      p95: quantile(waits, 0.95),
    },
    lines: {
      ordered: lines.filter(({ state }) => state === 'ordered').length,
      released: lines.filter(({ state }) => state === 'released').length,
    },
  }
}

function sums(pairs: readonly (readonly [name: string, amount: number])[]): Readonly<Record<string, number>> {
  const all: Record<string, number> = {}
  for (const [name, amount] of pairs) all[name] = (all[name] ?? 0) + amount
  return all
}

/** Nearest rank: a value that was measured. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}
