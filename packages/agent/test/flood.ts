/**
 * First messages by the thousand, each from another address and none with a cookie, against an agent in a process of its
 * own; meanwhile honest agents come. Half of them are whole and would cost it a handshake each, half are random octets in
 * the right form.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAgent } from '../src/index.ts'
import type { FloodReply, FloodTask } from './flood-child.ts'
import { identityOf, lookupOf, newSeeds, withAddresses } from './identities.ts'

export interface FloodOutcome {
  readonly sent: number
  /** Answers that cost the agent a handshake, and how many more than that it had to say `retry`. */
  readonly answers: number
  readonly retries: number
  /** Milliseconds of a core that the agent used, and MiB that it grew by. */
  readonly cpu: number
  readonly grown: number
  /** Milliseconds that each honest agent took to connect; one that did not within 10 s is missing. */
  readonly honest: readonly number[]
  readonly tried: number
}

interface Child {
  ask<Wanted extends FloodReply['type']>(
    task: FloodTask,
    wanted: Wanted,
  ): Promise<Extract<FloodReply, { type: Wanted }>>
  kill(): void
}

function child(): Child {
  const process = fork(join(import.meta.dirname, 'flood-child.ts'))
  return {
    async ask(task, wanted) {
      process.send(task)
      const [reply] = (await once(process, 'message')) as [FloodReply]
      if (reply.type !== wanted) throw new Error(`"${reply.type}" instead of "${wanted}"`)
      return reply as Extract<FloodReply, { type: typeof wanted }>
    },
    kill: () => void process.kill('SIGKILL'),
  }
}

/** For `seconds`, `perSecond` messages in each. */
export async function flood(seconds: number, perSecond: number): Promise<FloodOutcome> {
  const own = newSeeds('flooded')
  const [agent, sender] = [child(), child()]
  try {
    const before = await agent.ask({ type: 'agent', own }, 'usage')
    await sender.ask({ type: 'prepare', own, port: before.port }, 'prepared')
    const sending = sender.ask({ type: 'flood', seconds, perSecond }, 'flooded')
    const known = lookupOf(withAddresses(own, [`udp://127.0.0.1:${before.port}`]))
    const honest: number[] = []
    let tried = 0
    for (const until = performance.now() + seconds * 1000; performance.now() < until; tried++) {
      const client = await openAgent({ identity: identityOf(newSeeds('honest')), lookup: known })
      const began = performance.now()
      const connected = await client.connect('flooded').catch(() => undefined) // gives up after ten seconds
      if (connected !== undefined) honest.push(performance.now() - began)
      await client.close()
      await sleep(200)
    }
    const { sent, answers, retries } = await sending
    const after = await agent.ask({ type: 'usage' }, 'usage')
    return { sent, answers, retries, cpu: after.cpu - before.cpu, grown: after.most - before.most, honest, tried }
  } finally {
    for (const each of [agent, sender]) each.kill()
  }
}
