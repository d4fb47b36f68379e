/** Whether there are the MASA and the certificates of makers that boxes join by. @module */
import { ConfigError, type ConfigProblem, type KeyPath } from './config-error.ts'
import type { LoadedConfig } from './load.ts'

/** @throws {ConfigError} with what is wrong with each */
export async function checkJoinFiles({
  config: { join },
  problemAt,
}: Pick<LoadedConfig, 'config' | 'problemAt'>): Promise<void> {
  if (join === undefined) return
  const [{ isOwnMasa }, { certificatesIn }] = await Promise.all([
    import('@vagus/bootstrap'),
    import('../joining/maker-certificates.ts'),
  ])
  const problems: ConfigProblem[] = []
  const { masa, makers } = join
  if (masa !== undefined && !isOwnMasa(masa))
    problems.push(
      problemAt(
        ['join', 'masa'],
        `there is no MASA in ${masa} that this user can read; make one: vagus masa new --masa ${masa}`,
      ),
    )
  const check = (path: KeyPath, file: string | undefined): void => {
    try {
      if (file !== undefined) certificatesIn(file)
    } catch (error) {
      problems.push(problemAt(path, (error as Error).message))
    }
  }
  for (const [index, { certificates, tls }] of makers.entries()) {
    check(['join', 'makers', index, 'certificates'], certificates)
    check(['join', 'makers', index, 'tls'], tls)
  }
  if (problems.length > 0) throw new ConfigError(problems)
}
