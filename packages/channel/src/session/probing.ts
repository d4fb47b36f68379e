/** When a path that does not answer is probed again. @module */
import type { Path } from './path.ts'

/** Milliseconds until the second probe of a suspect path; doubled each time. */
const firstProbe = 100
export const maxProbeInterval = 30_000

/** Milliseconds from the last probe of a path to the next. */
export const probeInterval = ({ silences }: Pick<Path, 'silences'>): number =>
  Math.min(firstProbe * 2 ** silences, maxProbeInterval)

/** Urgent content waits for `path`: if that is dead, it is probed as if no radio slept. */
export function hastenProbe(path: Path): void {
  if (path.state === 'dead') path.probeAt = Math.min(path.probeAt, path.saidAt + probeInterval(path))
}
