/** What the controller says of the lines that intents want, before anybody orders them. @module */
import type { LineQuote } from '@vagus/api/lines'
import type { Intent } from '@vagus/intent'
import type { Client } from '../client.ts'
import { Failure } from '../failure.ts'

/** By name of the intent, a sentence; nothing of other goals. */
export async function quotedLines(client: Client, intents: readonly Intent[]): Promise<ReadonlyMap<string, string>> {
  const asked = intents.map(async ({ name, goal }) => {
    if (goal.type !== 'connect') return []
    const body = {
      from: goal.between[0],
      to: goal.between[1],
      bitsPerSecond: goal.bitsPerSecond,
      for: '1h',
      ...(goal.delayMs !== undefined && { maxDelayMs: goal.delayMs }),
    }
    const text = await client.change<LineQuote>('LineQuote', { method: 'POST', path: '/v1/line-quotes', body }).then(
      ({ possible, because, alternative }) =>
        possible
          ? `a line is possible now: ${because}`
          : `no line is possible now: ${because}${alternative === null ? '' : `; ${alternative}`}`,
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error
        return `no line is possible: ${error.message}`
      },
    )
    return [[name, text] as const]
  })
  return new Map((await Promise.all(asked)).flat())
}
