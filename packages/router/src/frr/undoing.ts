/** What takes lines of the policy back out of FRR, so that it has what it had before. @module */
import { type ConfigBlock, pathOf } from './policy.ts'

/**
 * The commands that take back those lines of a block that are there; none where none is. `was` and `is`: the paths of the
 * running configuration before the block came, and now. A line that took the place of another is replaced by that again,
 * in its place: FRR prints some lines in the order in which they came.
 */
export function undoing(
  { context, lines }: ConfigBlock,
  was: ReadonlySet<string>,
  is: ReadonlySet<string>,
): readonly string[] {
  const [outer = ''] = context
  if (outer.startsWith('route-map VAGUS') && !was.has(outer)) return is.has(outer) ? [`no ${outer}`] : []
  const old = linesIn(was, context)
  const neighbor = lines.find((line) => line.includes(' remote-as '))?.replace(/ remote-as .*/, '')
  if (neighbor !== undefined && !old.some((line) => line.startsWith(`${neighbor} `))) {
    const isThere = linesIn(is, context).some((line) => line.startsWith(`${neighbor} `))
    return isThere ? [...context, `no ${neighbor}`] : []
  }
  const back = lines
    .filter((line) => is.has(pathOf(context, line)))
    .map(
      (line) =>
        old.find((one) => placeOf(one) === placeOf(line)) ?? (line.startsWith('call ') ? 'no call' : `no ${line}`),
    )
  return back.length === 0 ? [] : [...context, ...back.toReversed()]
}

/** The lines that stand in exactly this context. */
function linesIn(paths: ReadonlySet<string>, context: readonly string[]): readonly string[] {
  const within = pathOf(context, '')
  return [...paths].flatMap((path) => {
    const line = path.slice(within.length)
    return path.startsWith(within) && !line.includes('\n') ? [line] : []
  })
}

/** What a line sets, without the value: of two with the same, the later takes the place of the earlier. */
function placeOf(line: string): string {
  const [place = line] =
    /^(?:call|(?:bgp large-community|ip prefix)-list .* seq \d+|match ip address prefix-list|set as-path \S+|(?:match|set) \S+|neighbor \S+ \S+)(?= |$)/.exec(
      line,
    ) ?? []
  return /^neighbor \S+ route-map /.test(line) ? `${place} ${line.split(' ').at(-1)}` : place
}
