/** Programs that a test starts, and what they write. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** What `vagus` starts; for node. */
export const vagus = resolve(import.meta.dirname, '../../cli/src/main.ts')

export interface Started {
  readonly child: ChildProcess
  /** Everything written to stdout and stderr so far. */
  text(): string
  /** Fulfilled once the text matches. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  readonly exit: Promise<number | null>
}

/** @param environment beside that of this process */
export function started(file: string, args: readonly string[], environment: Readonly<Record<string, string>>): Started {
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let text = ''
  let wake = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (octets: Buffer) => {
      text += octets.toString()
      wake.resolve()
      wake = Promise.withResolvers()
    })
  const exit = once(child, 'close').then(([code]) => code as number | null)
  return {
    child,
    text: () => text,
    exit,
    async says(pattern) {
      for (;;) {
        const match = pattern.exec(text)
        if (match !== null) return match
        const over = await Promise.race([wake.promise, exit])
        if (over !== undefined && pattern.exec(text) === null)
          throw new Error(`ended (${over}) without ${pattern}: ${text}`)
      }
    },
  }
}
