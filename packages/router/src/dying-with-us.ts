/** Programs that must not outlive this process. @module */
import { spawnSync } from 'node:child_process'

let prefix: readonly string[] | undefined

/**
 * Words before those of a program, so that the kernel kills it when this process ends, however it does. None where `setpriv`
 * cannot do that: it is of util-linux; busybox has another one.
 */
export function dyingWithUs(): readonly string[] {
  if (prefix === undefined) {
    const words = ['setpriv', '--pdeathsig', 'KILL']
    prefix = spawnSync(words[0]!, [...words.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? words : []
  }
  return prefix
}
