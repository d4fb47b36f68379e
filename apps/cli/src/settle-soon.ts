/** What a service does once, when all that it needs is loaded. @module */
import { flushCompileCache } from 'node:module'

/** Milliseconds after its start. */
const settled = 10_000

/**
 * Stores what was compiled, because a service may be killed and not end. And collects once: loading leaves V8 with a heap
 * of up to twice what it holds, of which it gives nothing back while a service has little to do.
 */
export function settleSoon(): void {
  // Nothing depends on it: where it fails, as during an update of the files, the service goes on with what it has.
  setTimeout(() => void settle().catch(() => undefined), settled).unref()
}

async function settle(): Promise<void> {
  flushCompileCache()
  const { collecting } = await import('@vagus/transport/collecting')
  collecting()?.({ type: 'major', flavor: 'last-resort' })
}
