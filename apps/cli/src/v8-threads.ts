/**
 * How V8 runs a service: the number of its worker threads, which collect garbage and compile, and its young memory.
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

/** Mebibytes of each half of young memory: V8's 16 are filled by loading a program, and never given back. */
const smallHalf = 2

/**
 * Restarts this process with `v8Threads`, and young memory of that size, under the same process id, and does not return;
 * no-op if they are already set.
 */
export function restartWithV8Threads(memory: 'usual' | 'small'): void {
  const { argv, env, execArgv, execPath } = process
  const given = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(' ')]
  const wanted = [...v8Threads(), ...(memory === 'small' ? [`--max-semi-space-size=${smallHalf}`] : [])]
  const flags = wanted.filter((flag) => !given.some((word) => word.startsWith(flag.replace(/=.*/, ''))))
  // The channel to a parent that forked this process would not survive.
  if (flags.length === 0 || process.connected) return
  process.execve?.(execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)], env)
}
