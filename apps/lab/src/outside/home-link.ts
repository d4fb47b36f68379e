/**
 * The homes of the controller and of the agents as they are seen from outside the lab, whose file systems only its own
 * processes see: there are the key by which a controller knows its operator, and the keys of the owner of the roster.
 * @module
 */
import { rmSync, symlinkSync } from 'node:fs'
import { labPaths } from '../spec.ts'
import { firstInside, holderOf } from './holding-process.ts'

/** Holds as long as the lab does: the way leads through its first process (proc(5), /proc/PID/root). */
export function linkHome(folder: string): void {
  const { home, homeOutside, agents, agentsOutside } = labPaths(folder)
  const holder = holderOf(folder)
  const inside = holder === undefined ? undefined : firstInside(holder)
  if (inside === undefined) return
  for (const [to, link] of [
    [home, homeOutside],
    [agents, agentsOutside],
  ] as const) {
    rmSync(link, { force: true })
    symlinkSync(`/proc/${inside}/root${to}`, link)
  }
}
