/**
 * What this machine gives: Node, namespaces, programs, disk, socket buffers.
 * @module
 */
import { readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { octetsText } from '../format.ts'
import { installLine, isRoot, labTools, namespaces } from '../tools.ts'
import { type Check, fail, ok, warn } from './check.ts'

const leastNode = 24
/** Below this a day of a small network's raw records may not fit. */
const lowDisk = 5e9
/** Below this the store cannot even rotate its log. */
const noDisk = 5e8

/** `disk`: of the state's file system; `storeMost` and `receiveBuffer`: as configured, in octets. */
export function machineChecks(disk: Disk, storeMost: number, receiveBuffer: number): readonly Check[] {
  return [
    nodeCheck(process.versions.node),
    namespaceCheck(),
    ...toolChecks(),
    diskCheck(disk, storeMost),
    bufferCheck(receiveBuffer),
  ]
}

/** `version` such as `24.21.0`. */
export function nodeCheck(version: string): Check {
  const major = Number(version.split('.')[0])
  if (major >= leastNode) return ok('node', version)
  return fail(
    'node',
    `${version}, and at least ${leastNode} is needed`,
    'npm ci   (brings one; bin/vagus.mjs then uses it)',
  )
}

function namespaceCheck(): Check {
  const found = namespaces()
  if (found === 'user') return ok('namespaces', 'user namespaces: the lab needs no root')
  if (found === 'root') return ok('namespaces', 'network namespaces as root')
  return warn(
    'namespaces',
    'this user may make none, so the lab cannot start',
    'as root: sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0',
  )
}

function toolChecks(): readonly Check[] {
  return labTools.map((tool) => {
    const path = tool.path()
    if (path !== undefined) return ok(tool.label, path)
    return warn(
      tool.label,
      'not installed; only the lab needs it',
      `${isRoot() ? '' : 'as root: '}${installLine([tool])}`,
    )
  })
}

export interface Disk {
  /** Whether the folder is on this machine. */
  readonly place: 'here' | 'elsewhere'
  /** Of the state. */
  readonly folder: string
  readonly freeOctets: number
  /** What the store has there already. */
  readonly storedOctets: number
}

/** The disk under a folder of this machine. */
export function diskHere(folder: string): Disk {
  const { bavail, bsize } = statfsSync(nearestFolder(folder))
  return { place: 'here', folder, freeOctets: bavail * bsize, storedOctets: 0 }
}

/** A store that keeps little (`storeMost` octets) needs little: what it may still grow by, and half of that most beside it. */
export function diskCheck({ place, folder, freeOctets: free, storedOctets }: Disk, storeMost: number): Check {
  const beside = Math.min(noDisk, storeMost / 2)
  const enough = Math.min(lowDisk, Math.max(0, storeMost - storedOctets) + beside)
  const found = `${octetsText(free)} free for ${folder}${place === 'here' ? '' : ', where the controller is'}`
  if (free >= enough) return ok('disk', found)
  const less = 'keep less (store.raw, store.maxOctets)'
  const fix = place === 'here' ? `free some, ${less}, or move it: --home FOLDER` : `there: free some, or ${less}`
  return free >= beside ? warn('disk', found, fix) : fail('disk', found, fix)
}

/** The state's folder may not have been made yet. */
function nearestFolder(folder: string): string {
  try {
    statfsSync(folder)
    return folder
  } catch {
    return nearestFolder(dirname(folder))
  }
}

function bufferCheck(wanted: number): Check {
  const path = '/proc/sys/net/core/rmem_max'
  let most: number
  try {
    most = Number(readFileSync(path, 'utf8'))
  } catch {
    return ok('socket buffer', 'the kernel does not say its limit')
  }
  if (most >= wanted) return ok('socket buffer', `up to ${octetsText(most)}`)
  if (isRoot()) return ok('socket buffer', `limit ${octetsText(most)}, which root may exceed`)
  return warn(
    'socket buffer',
    `the kernel gives ${octetsText(most)} and flow.receiveBuffer asks for ${octetsText(wanted)}: bursts may be lost`,
    `as root: sysctl -w net.core.rmem_max=${wanted}`,
  )
}
