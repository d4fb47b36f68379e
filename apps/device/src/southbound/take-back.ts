/** Takes a commit back: what it did, and nothing that others have changed since. @module */
import type { RouterConfiguration } from '@vagus/router'
import {
  type Change,
  changeOf,
  configOf,
  isUndone,
  keyOf,
  pathText,
  pathWithoutSecret,
  type PendingCommit,
  tracesOf,
  undoOf,
} from '@vagus/southbound'

/** A line may have to go before another can come back. */
const maxRounds = 3
/** Lines that are named. */
const maxNamed = 5

/**
 * Gives what it had done, and in a sentence what others have changed of it.
 * @throws {Error} with what the router said; to be called again
 */
export async function takeBack(
  configuration: RouterConfiguration,
  { before, change: known, edits }: Pick<PendingCommit<unknown>, 'before' | 'change' | 'edits'>,
): Promise<{ readonly change: Change; readonly left: string | undefined }> {
  const was = configOf(before)
  const read = async (): Promise<ReturnType<typeof configOf>> => configOf(await configuration.text())
  let now = await read()
  // How far it had come is not known where the agent died meanwhile.
  const isKnown = known.added.length + known.removed.length > 0
  const change = isKnown ? known : tracesOf(changeOf(was, now), edits)
  let problems: readonly string[] = []
  for (let round = 0; round < maxRounds; round++) {
    const back = await configuration.takeBack(undoOf(change, now).back)
    now = await read()
    const { away } = undoOf(change, now)
    problems = [...back, ...(away.length > 0 ? await configuration.takeBack(away) : [])]
    if (away.length > 0) now = await read()
    if (isUndone(undoOf(change, now)) && problems.length === 0) break
  }
  const { back, away } = undoOf(change, now)
  if (back.length + away.length > 0 || (problems.length > 0 && !isUndone({ back, away }))) {
    const lines = [...back, ...away].map(({ context, line }) => pathText(pathWithoutSecret([...context, line])))
    throw new Error(`${few(lines)} would still be needed${problems.length > 0 ? `; ${few(problems)}` : ''}`)
  }
  const others = change.removed.filter((path) => !now.has(keyOf(path)))
  const left =
    others.length === 0
      ? undefined
      : `others have changed since, and it stays as they left it: ${few(others.map((path) => pathText(pathWithoutSecret(path))))}`
  return { change, left }
}

const few = (lines: readonly string[]): string =>
  `${lines.slice(0, maxNamed).join('; ')}${lines.length > maxNamed ? ` and ${lines.length - maxNamed} more` : ''}`
