/**
 * The unshare(1) process that holds a lab: the kernel ends everything in the lab when it ends. Before there is one, the
 * caller of `labUp` has a claim on the lab's folder.
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { labPaths } from '../spec.ts'

/** Process ids are reused; with its start time (proc(5), field 22 of stat) a process is identified for good. */
interface Identity {
  readonly pid: number
  readonly started: string
}

const claimPath = (folder: string): string => join(folder, 'claim')

export function writeHolder(folder: string, pid: number): void {
  writeIdentity(labPaths(folder).pid, pid)
}

/** The process of the lab in `folder`, or `undefined` when it has ended. */
export function holderOf(folder: string): number | undefined {
  return aliveIn(labPaths(folder).pid)
}

/** This process has the folder from now on. */
export function writeClaim(folder: string): void {
  writeIdentity(claimPath(folder), process.pid)
}

/** The process that is making a lab in `folder`, or `undefined` when none is any longer. */
export function claimerOf(folder: string): number | undefined {
  return aliveIn(claimPath(folder))
}

/** The lab holds its folder itself. */
export function releaseClaim(folder: string): void {
  rmSync(claimPath(folder), { force: true })
}

function writeIdentity(file: string, pid: number): void {
  const started = startTimeOf(pid)
  if (started === undefined) return // it has ended already; its log says why
  writeFileSync(file, JSON.stringify({ pid, started } satisfies Identity))
}

function aliveIn(file: string): number | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Identity
    return startTimeOf(pid) === started ? pid : undefined
  } catch {
    return undefined
  }
}

/** The first process inside: the child of unshare(1). */
export function firstInside(holder: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${holder}/task/${holder}/children`, 'utf8').trim().split(' ')
    return child === undefined || child === '' ? undefined : Number(child)
  } catch {
    return undefined
  }
}

/** Whether the lab of `folder` ended within `milliseconds`. */
export async function endsWithin(folder: string, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds
  while (holderOf(folder) !== undefined) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}

function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before may hold spaces
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
