/** Lines of all that two sites send each other, beside another such line: only one of them has the packets. @module */
import { isLineOver } from '@vagus/api/line-words'
import type { Line } from '@vagus/api/lines'
import { wrapped } from '../wrap.ts'

type Shown = Pick<Line, 'id' | 'from' | 'to' | 'state' | 'start' | 'end' | 'flow'>

/** One warning for each pair of sites with several lines at a time; `only`: of the pair of that line. */
export function sameSitesText(lines: readonly Shown[], columns: number, only?: string): readonly string[] {
  const open = lines.filter((one) => !isLineOver(one) && one.state !== 'asked' && one.flow === undefined)
  return [...Map.groupBy(open, ({ from, to }) => [from, to].toSorted().join(' – '))].flatMap(([sites, of]) => {
    const beside = of.filter((one) => of.some((other) => other !== one && doMeet(one, other)))
    if (beside.length === 0 || (only !== undefined && !beside.some(({ id }) => id === only))) return []
    const ids = beside.map(({ id }) => id).toSorted()
    const text = `${ids.join(', ')} are all between ${sites} at one time: packets go over one of them, and the others keep their rate free for nothing. Change the rate of one (vagus line change ID --rate), and release the others.`
    return wrapped(text, columns)
  })
}

const doMeet = (one: Shown, other: Shown): boolean => one.start < other.end && other.start < one.end
