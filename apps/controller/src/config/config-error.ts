/** The problems of a configuration and their places. @module */

export interface ConfigProblem {
  /** The key as people write it, such as `devices[0].interfaces[2].site`; empty for the file as a whole. */
  readonly key: string
  /** Where the value came from: a file's name, `VAGUS_LISTEN` or `--listen`. */
  readonly source: string
  /** In the file, from 1; undefined where the value is not in the file. */
  readonly line: number | undefined
  readonly column: number | undefined
  /** What was wrong and what would be right. */
  readonly problem: string
}

/** Carries every problem found, so that all can be fixed at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  /** Distinguishes a failure that the operator can fix from a bug, like the codes of `UnavailableError`. */
  readonly code = 'config'

  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(problemText).join('\n'))
    this.problems = problems
  }
}

/** `vagus.yaml:12:5: devices[0].address: …` */
export function problemText({ source, line, column, key, problem }: ConfigProblem): string {
  const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`
  return `${place}: ${key === '' ? '' : `${key}: `}${problem}`
}

export type KeyPath = readonly (string | number)[]

/** A path as people write it. */
export function keyOf(path: KeyPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}
