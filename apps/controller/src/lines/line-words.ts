/** What people read of lines: names of paths, and what would be possible instead. @module */
import type { LinePath } from '@vagus/api/lines'
import { type Alternative, type Considered, type Path, rateText } from '@vagus/line'
import { timeText } from '../resources/windows.ts'

export const hopsOf = ({ hops }: Path): LinePath['hops'] => hops.map(({ link, from, to }) => ({ link, from, to }))

export const linePathOf = ({ path, free, problem }: Considered): LinePath => ({
  hops: hopsOf(path),
  delayMs: path.delayMs,
  free,
  problem,
})

/** Such as `r1-r2, r2-r4`. */
export const linksText = ({ hops }: Pick<Path, 'hops'>): string => hops.map(({ link }) => link).join(', ')

/** A sentence without a full stop. */
export function alternativeText(alternative: Alternative): string {
  if (alternative.type === 'rate') return `${rateText(alternative.bitsPerSecond)} is possible`
  if (alternative.type === 'start') return `it is possible from ${timeText(alternative.start)}`
  if (alternative.type === 'unprotected') return 'it is possible without protection'
  return `it is possible with ${Number(alternative.maxDelayMs.toPrecision(3))} ms one way`
}
