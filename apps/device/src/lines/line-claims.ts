/** Looks whether somebody else has what lines need for themselves, before anything of it is touched. @module */
import { guardCountsOf, routeInTheWay, ruleInTheWay, runTool, UnavailableError } from '@vagus/linux'
import { guardTable, locatorTable, marks, tables } from './marks.ts'

const versions = ['-4', '-6'] as const

/** @throws {UnavailableError} `in-use` that says who has what */
export async function refuseOthers(): Promise<void> {
  const rules = await Promise.all(versions.map((version) => runTool('ip', ['-N', '-j', version, 'rule', 'show'])))
  const problem =
    rules.map((text) => ruleInTheWay(text, { ...marks, tables })).find((one) => one !== undefined) ??
    (await tableProblem(locatorTable)) ??
    (await guardProblem())
  if (problem !== undefined) throw new UnavailableError('in-use', `lines: ${problem}`)
}

/** Whose routes are in the table; undefined where there are none but those of lines. */
export async function tableProblem(table: number): Promise<string | undefined> {
  const of = (version: string): Promise<string> =>
    // A table that was never used is no table to some versions.
    runTool('ip', ['-N', '-j', version, 'route', 'show', 'table', String(table)]).catch(() => '')
  const routes = await Promise.all(versions.map(of))
  return routes.map((text) => routeInTheWay(text, table, marks)).find((one) => one !== undefined)
}

async function guardProblem(): Promise<string | undefined> {
  const listed = await runTool('nft', ['-j', 'list', 'table', 'inet', guardTable]).catch(() => undefined)
  const isOurs = listed === undefined || guardCountsOf(listed) !== undefined
  return isOurs ? undefined : `nftables has a table inet ${guardTable} that no agent made; rename it`
}
