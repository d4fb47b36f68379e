/**
 * The controller's home as it is seen from outside the lab, whose file systems only its own processes see: there is the
 * key by which a controller knows its operator.
 * @module
 */
import { rmSync, symlinkSync } from 'node:fs'
import { labPaths } from '../spec.ts'
import { firstInside, holderOf } from './holding-process.ts'

/** Holds as long as the lab does: the way leads through its first process (proc(5), /proc/PID/root). */
export function linkHome(folder: string): void {
  const { home, homeOutside } = labPaths(folder)
  const holder = holderOf(folder)
  const inside = holder === undefined ? undefined : firstInside(holder)
  if (inside === undefined) return
  rmSync(homeOutside, { force: true })
  symlinkSync(`/proc/${inside}/root${home}`, homeOutside)
}
