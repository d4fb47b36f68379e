/** What a gateway counts: requests from outside, by what became of them. @module */
import type { AnyMetric } from '@vagus/signals'
import type { Reason } from '../wire/problem.ts'

/** `2xx` … `5xx`, or why the gateway refused. */
export type Outcome = `${1 | 2 | 3 | 4 | 5}xx` | Reason | 'left'

export class GatewayMeters {
  readonly #outcomes = new Map<Outcome, number>()
  readonly #open: () => number

  /** @param open requests under way */
  constructor(open: () => number) {
    this.#open = open
  }

  count(outcome: Outcome): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1)
  }

  metrics(): readonly AnyMetric[] {
    return [
      {
        name: 'vagus_gateway_requests_total',
        type: 'counter',
        help: 'Requests from outside that are over, by what became of them: a class of statuses, why the gateway refused, or left.',
        samples: [...this.#outcomes].map(([outcome, value]) => ({ labels: { outcome }, value })),
      },
      {
        name: 'vagus_gateway_requests_open',
        type: 'gauge',
        help: 'Requests of callers outside that are under way, streams included.',
        samples: [{ labels: {}, value: this.#open() }],
      },
    ]
  }
}
