/**
 * The store yields to whoever wants the same core: what the thread that receives has no time for is lost, what the
 * store has no time for waits in the log.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/** As nice(1): a thirtieth of the time that a thread of usual priority gets, where both have work all the time. */
const yielding = 15
const least = 19
/** Name of the pool's threads in Node, and of DuckDB's, which one of them starts. */
const pool = 'libuv-worker'

/**
 * Lets the calling thread, the pool that runs the database's statements, and the threads of the database yield. Nothing
 * but on Linux, where alone threads have priorities of their own (setpriority(2), "C library/kernel differences").
 */
export function yieldToOthers(): void {
  if (process.platform !== 'linux') return
  const niceness = Math.min(getPriority() + yielding, least)
  setPriority(niceness)
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      if (readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === pool) setPriority(Number(thread), niceness)
    } catch {
      // It has ended, or yields more already.
    }
  }
}
