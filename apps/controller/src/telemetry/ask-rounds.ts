/** Asks the agents that the configuration names the same thing again and again. @module */
import { askAgent } from './ask-agent.ts'

/** Milliseconds. An agent remembers the last hundred things, and takes sixty requests a minute; its shortest commit holds 10 s. */
const every = 2000

export interface WatchedDevice {
  readonly name: string
  /** Path of the agent's control socket. */
  readonly agent?: string | undefined
}

export interface Question<Answer> {
  readonly path: string
  readonly schema: { safeParse(value: unknown): { readonly data?: Answer } }
  /** Those to be asked in this round; the ones without a socket are left out. */
  readonly devices: () => readonly WatchedDevice[]
  /**
   * `device`: by its name in the configuration, whatever the agent is called. `silent`: nobody answered; `unclear`: with
   * something else.
   */
  readonly take: (device: string, answer: Answer | 'silent' | 'unclear') => void
}

/** Until what is returned is called. A round that takes longer delays the next. */
export function askInRounds<Answer>(question: Question<Answer>): () => void {
  let isAsking = false
  const timer = setInterval(() => {
    if (isAsking) return
    isAsking = true
    void round(question).finally(() => (isAsking = false))
  }, every)
  timer.unref()
  return () => clearInterval(timer)
}

async function round<Answer>({ path, schema, devices, take }: Question<Answer>): Promise<void> {
  const asked = devices().map(async ({ name, agent }) => {
    if (agent === undefined) return
    const answer = await askAgent(agent, path).catch(() => undefined)
    if (answer === undefined) take(name, 'silent')
    else take(name, (answer.status === 200 ? readAs(schema, answer.body) : undefined) ?? 'unclear')
  })
  await Promise.all(asked)
}

/** Undefined for what is none. */
export function readAs<Value>(schema: Question<Value>['schema'], json: string): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}
