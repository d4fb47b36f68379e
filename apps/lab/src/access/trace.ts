/**
 * Traces of the capacity of cellular networks in the format of Mahimahi: one number a line, the milliseconds from the
 * start at which 1,500 octets may pass; repeated lines are several. They are read from the folder `traces` of
 * `$VAGUS_DATA` where that is, and not shipped.
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolder } from '../data-folder.ts'
import { LabError } from '../errors.ts'

const tracesFolder = (): string => join(dataFolder(), 'traces')

/** Longest trace that is read, in opportunities: an hour at 30 Mbit/s. */
const maxOpportunities = 10_000_000

/** Opportunities of the trace called `name`, such as `Verizon-LTE-short.down`; undefined when it is not there. */
export function readTrace(name: string): readonly number[] | undefined {
  const file = join(tracesFolder(), name)
  return existsSync(file) ? parseTrace(readFileSync(file, 'utf8'), file) : undefined
}

/** Why the trace of both ways called `name` cannot be used, with the fix; `undefined` when it can. */
export function traceProblem(name: string): { readonly kind: 'missing' | 'broken'; readonly text: string } | undefined {
  const folder = tracesFolder()
  try {
    const missing = [`${name}.up`, `${name}.down`].find((file) => readTrace(file) === undefined)
    if (missing === undefined) return undefined
    const there = globSync('*.up', { cwd: folder }).map((file) => file.slice(0, -'.up'.length))
    const whole = there.filter((each) => existsSync(join(folder, `${each}.down`))).sort()
    const others = whole.length === 0 ? 'set VAGUS_DATA to where traces are' : `there are ${whole.join(', ')}`
    return { kind: 'missing', text: `there is no ${join(folder, missing)}; ${others}` }
  } catch (error) {
    if (error instanceof LabError) return { kind: 'broken', text: error.message }
    throw error
  }
}

/** @throws {LabError} `usage` naming the line that is wrong */
export function parseTrace(text: string, source: string): readonly number[] {
  const opportunities: number[] = []
  const refuse = (line: number, problem: string): LabError =>
    new LabError('usage', `${source}:${line + 1}: ${problem}; each line is a number of milliseconds, ascending`)
  for (const [line, word] of text.trimEnd().split('\n').entries()) {
    const at = /^\d+(\.\d+)?$/.test(word.trim()) ? Number(word) : NaN
    if (Number.isNaN(at)) throw refuse(line, `"${word.slice(0, 40)}" is not a number`)
    if (at < (opportunities.at(-1) ?? 0)) throw refuse(line, `${at} comes after ${opportunities.at(-1)}`)
    if (line >= maxOpportunities) throw refuse(line, `a trace has at most ${maxOpportunities} lines`)
    opportunities.push(at)
  }
  if (!(opportunities.at(-1)! > 0)) throw refuse(0, 'a trace must last for longer than 0 ms')
  return opportunities
}
