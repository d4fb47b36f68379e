/** Calls of one side-car, counted: by side, protocol and outcome, which are all of few values. @module */
import { type AnyMetric, Histogram } from '@vagus/signals'
import type { Speech } from '../wire/http-exchange.ts'

/** `caller`: of a local program; `called`: of another agent. */
export type Side = 'caller' | 'called'

export interface CountedCall {
  readonly side: Side
  readonly protocol: Speech
  /** `2xx` … `5xx`, or the reason of a problem of a side-car. */
  readonly outcome: string
  readonly seconds: number
}

/** Seconds: from a call on one host to a task of minutes. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600]
const sides: readonly Side[] = ['caller', 'called']

export class CallMeters {
  readonly #calls = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>()
  readonly #seconds = { caller: new Histogram(bounds), called: new Histogram(bounds) }

  count({ side, protocol, outcome, seconds }: CountedCall): void {
    const key = `${side} ${protocol} ${outcome}`
    const counted = this.#calls.get(key) ?? { labels: { side, protocol, outcome }, value: 0 }
    counted.value++
    this.#calls.set(key, counted)
    this.#seconds[side].add(seconds)
  }

  metrics(): readonly AnyMetric[] {
    return [
      {
        name: 'vagus_calls_total',
        type: 'counter',
        help: 'Calls that are over, by what became of them: a class of statuses, or a reason of a side-car.',
        samples: [...this.#calls.values()],
      },
      {
        name: 'vagus_call_seconds',
        type: 'histogram',
        help: 'From the request to the end of its answer.',
        samples: sides.map((side) => ({ labels: { side }, value: this.#seconds[side].value })),
      },
    ]
  }
}
