/**
 * How many threads V8 has beside a process's own, for collecting garbage and compiling.
 * @module
 */
import { availableParallelism } from 'node:os'

/** V8's threads, unless told otherwise, on however few processors. */
const usual = 4

/**
 * Flags of Node for a process that lasts and whose answers others wait for: no more threads of V8 than there are processors
 * beside the one that it runs on. Four that collect garbage on one processor take a tick of the kernel's clock each, one
 * behind the other, and whoever waits for that processor waits for all of them.
 */
export const v8Threads = (processors = availableParallelism()): readonly string[] =>
  processors > usual ? [] : ['--v8-pool-size=0']

/** Begins this process again with `v8Threads`, under the same process id, and does not return; unless they are set already. */
export function restartWithV8Threads(): void {
  const { argv, env, execArgv, execPath } = process
  const isSet = [...execArgv, env['NODE_OPTIONS'] ?? ''].some((words) => words.includes('--v8-pool-size'))
  const flags = v8Threads()
  // A channel to the process that forked this one would not survive.
  if (isSet || flags.length === 0 || process.connected) return
  process.execve?.(execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)], env)
}
