/** What a service does once, when all that it needs is loaded. @module */
import { flushCompileCache } from 'node:module'
import { performance } from 'node:perf_hooks'

/** Milliseconds after its start, and from one look to the next. */
const settled = 10_000
/** Share of that time for which an idle service computes at most. */
const idle = 0.1

/**
 * Stores what was compiled, because a service may be killed and not end. And collects once it is idle: loading leaves V8
 * with a heap of up to twice what it holds, of which it gives nothing back while a service has little to do. Not while it
 * is busy: optimized code goes, too, and calls took 8 % more of a processor.
 */
export function settleSoon(): void {
  let before = performance.eventLoopUtilization()
  const looks = setInterval(() => {
    flushCompileCache()
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization > idle) return
    clearInterval(looks)
    // Nothing depends on it: where it fails, as during an update of the files, the service goes on with what it has.
    collect().catch(() => undefined)
  }, settled).unref()
}

async function collect(): Promise<void> {
  const { collecting } = await import('@vagus/transport/collecting')
  collecting()?.({ type: 'major', flavor: 'last-resort' })
}
