/**
 * Reads a topology: YAML, its form, then the rules beyond the form. Reports all mistakes at once.
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { LabError } from '../errors.ts'
import { mistakesIn } from './check.ts'
import { type Topology, topologySchema } from './schema.ts'

const folder = resolve(import.meta.dirname, '../../topologies')

/** Names of the topologies that come with Vagus. */
export function topologyNames(): readonly string[] {
  return globSync(join(folder, '*.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort()
}

/** `which` is one of `topologyNames()`, or the path of a file. Throws `LabError` `topology` naming every mistake. */
export function readTopology(which: string): Topology {
  const isPath = which.includes('/') || which.endsWith('.yaml')
  const known = `there are ${topologyNames().join(', ')}, or the path of a YAML file`
  if (isPath) return topologyOf(textOf(which, known), which)
  const file = join(folder, `${which}.yaml`)
  if (!existsSync(file)) throw new LabError('topology', `there is no topology "${which}"; ${known}`)
  return topologyOf(readFileSync(file, 'utf8'), file)
}

function textOf(file: string, known: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const problems: Readonly<Record<string, string>> = {
      ENOENT: `there is no file ${file}`,
      EISDIR: `${file} is a folder, not a topology`,
      EACCES: `${file} may not be read by this user`,
    }
    throw new LabError('topology', `${problems[code ?? ''] ?? `${file} cannot be read: ${code}`}; ${known}`, { cause })
  }
}

/** The topology that `text` describes; `source` is its path, and its name in messages. Throws as `readTopology`. */
export function topologyOf(text: string, source: string): Topology {
  let document: unknown
  try {
    document = parse(text)
  } catch (error) {
    throw new LabError('topology', `${source} is not YAML: ${(error as Error).message}`, { cause: error })
  }
  const checked = topologySchema.safeParse(document)
  const mistakes = checked.success
    ? mistakesIn(checked.data)
    : checked.error.issues.map((issue) => `${placeOf(issue.path)}: ${problemOf(issue)}`)
  if (checked.success && mistakes.length === 0) return withFilesBeside(checked.data, dirname(resolve(source)))
  throw new LabError(
    'topology',
    `${source} is not a valid topology:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
  )
}

/** Words of programs that begin with ./ or ../ as the files that they name: inside, the lab is in another folder. */
function withFilesBeside(topology: Topology, folder: string): Topology {
  const whole = (word: string): string => (/^\.\.?\//.test(word) ? resolve(folder, word) : word)
  const agents = Object.entries(topology.agents).map(([name, { program, ...agent }]) => {
    return [name, program === undefined ? agent : { ...agent, program: program.map(whole) }] as const
  })
  return { ...topology, agents: Object.fromEntries(agents) }
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.join('.')
}

/** For an invalid name zod says only that it is invalid. */
const problemOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
