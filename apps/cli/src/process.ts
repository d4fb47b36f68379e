/**
 * The process around one `run`: signals, pipes, the exit code.
 * @module
 */
import { exitCode } from './exit-code.ts'
import { processTerminal } from './terminal.ts'
import { registry } from './registry.ts'
import { run } from './run.ts'
import { settleSoon } from './settle-soon.ts'
import { restartWithV8Threads } from './v8-threads.ts'

/**
 * A terminal sends Ctrl-C to every process of the group, and npm and our launcher pass it on as well, so one keypress
 * may arrive three times at once. Only a signal later than this means "now".
 */
const sameKeypressMilliseconds = 1000

/** Runs the command line and sets the exit code. */
export async function runProcess(args: readonly string[]): Promise<void> {
  const stop = new AbortController()
  let askedAt = 0
  // SIGHUP keeps its meaning: it ends processes of a closed terminal, and makes the controller reload its file.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (askedAt > 0 && Date.now() - askedAt > sameKeypressMilliseconds) process.exit(exitCode.interrupted)
      if (askedAt === 0) askedAt = Date.now()
      stop.abort()
    })
  // `vagus status | head -1`: the reader has what it wanted, so end silently.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCode.ok)
      throw error
    })
  const around = {
    terminal: processTerminal(),
    environment: process.env,
    signal: stop.signal,
    becomeService(memory: 'usual' | 'small') {
      restartWithV8Threads(memory)
      settleSoon()
    },
  }
  process.exitCode = await run(registry, args, around)
}
