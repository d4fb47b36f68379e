/** The folder that holds everything Vagus keeps on this host. @module */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$VAGUS_HOME`, or else `~/.vagus`; undefined if the user has no home folder. */
export function vagusHome(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const home = userHome()
  return environment['VAGUS_HOME'] ?? (home === undefined ? undefined : join(home, '.vagus'))
}

/** The file by which a controller with this home knows its operator: a new key at each start, mode 0600. */
export const operatorKeyFile = (home: string): string => join(home, 'operator.key')

/**
 * What a shell expands `~` to; undefined if HOME is not set and passwd has no entry for the user, as in many
 * containers.
 */
export function userHome(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}
