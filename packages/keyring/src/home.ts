/** The folder of everything that Vagus keeps on this host. @module */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$VAGUS_HOME`, else `~/.vagus`; undefined where the user has no home folder. */
export function vagusHome(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const home = userHome()
  return environment['VAGUS_HOME'] ?? (home === undefined ? undefined : join(home, '.vagus'))
}

/** What a shell calls `~`; undefined where HOME is not set and the user has no entry in passwd, as in many containers. */
export function userHome(): string | undefined {
  try {
    return homedir()
  } catch {
    return undefined
  }
}
