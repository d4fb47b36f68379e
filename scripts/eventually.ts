/** Waiting in tests for what another process, a thread or the network brings about. */
import { setTimeout as sleep } from 'node:timers/promises'

interface Patience {
  /** How long it may take. */
  readonly seconds?: number
  /** Milliseconds between two looks. */
  readonly every?: number
}

/** What `look` gives once that is neither `undefined` nor false; a look that fails is repeated. Fails with `what`. */
export async function eventually<Found>(
  what: string | (() => string),
  look: () => Found | Promise<Found>,
  { seconds = 40, every = 20 }: Patience = {},
): Promise<Exclude<Found, undefined | false>> {
  for (const deadline = performance.now() + seconds * 1000; ; await sleep(every)) {
    let cause: unknown
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found as Exclude<Found, undefined | false>
    } catch (error) {
      cause = error
    }
    if (performance.now() < deadline) continue
    throw new Error(`not within ${seconds} s: ${typeof what === 'string' ? what : what()}`, { cause })
  }
}

/** The first answer that holds. Fails with the last answer. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  holds: (answer: Answer) => boolean,
  { seconds = 40, every = 100 }: Patience = {},
): Promise<Answer> {
  let last: Answer | undefined
  const isSo = async (): Promise<boolean> => holds((last = await ask()))
  await eventually(() => `the last answer was ${JSON.stringify(last)}`, isSo, { seconds, every })
  return last!
}
