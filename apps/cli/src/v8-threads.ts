/**
 * The number of V8's worker threads, which collect garbage and compile.
 * @module
 */
import { availableParallelism } from 'node:os'

/** V8's default number of threads, on any number of processors. */
const usual = 4

/**
 * Node flags for a long-running process whose answers others wait for: no more V8 threads than there are processors
 * beside the one it runs on. Four threads that collect garbage on one processor take a tick of the kernel's clock each,
 * one after the other, and everything else on that processor waits for all of them.
 */
export const v8Threads = (processors = availableParallelism()): readonly string[] =>
  processors > usual ? [] : ['--v8-pool-size=0']

/**
 * Restarts this process with `v8Threads` under the same process id, and does not return; no-op if they are already set.
 */
export function restartWithV8Threads(): void {
  const { argv, env, execArgv, execPath } = process
  const isSet = [...execArgv, env['NODE_OPTIONS'] ?? ''].some((words) => words.includes('--v8-pool-size'))
  const flags = v8Threads()
  // The channel to a parent that forked this process would not survive.
  if (isSet || flags.length === 0 || process.connected) return
  process.execve?.(execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)], env)
}
