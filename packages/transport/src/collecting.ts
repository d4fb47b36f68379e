/** V8's own function that collects garbage, for whoever knows when that is cheap. @module */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Only contexts created under a flag have it. The program itself sees no more of it than before. */
export function collecting(): typeof globalThis.gc {
  const isShown = 'gc' in globalThis
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('globalThis.gc') as typeof globalThis.gc
  if (!isShown) setFlagsFromString('--no-expose-gc')
  return collect
}
