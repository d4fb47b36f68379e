/**
 * The store yields the core to other threads: records that the receiving thread has no time for are lost, records that
 * the store has no time for wait in the log.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/** Nice value added, see nice(1): a busy thread gets a thirtieth of the time of one of normal priority. */
const yielding = 15
const least = 19
/** Name of Node's pool threads, and of DuckDB's threads, which one of them starts. */
const pool = 'libuv-worker'

/**
 * Lowers the priority of the calling thread, the pool that runs the database's statements, and the database's threads.
 * Linux only: elsewhere threads have no priority of their own (setpriority(2), "C library/kernel differences").
 */
export function yieldToOthers(): void {
  if (process.platform !== 'linux') return
  const niceness = Math.min(getPriority() + yielding, least)
  setPriority(niceness)
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      if (readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === pool) setPriority(Number(thread), niceness)
    } catch {
      // The thread has ended, or its priority is already lower.
    }
  }
}
