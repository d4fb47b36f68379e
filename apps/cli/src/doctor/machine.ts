/**
 * What this machine provides: Node, namespaces, programs, disk, socket buffers.
 * @module
 */
import { readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { octetsText } from '../format.ts'
import { fixFor, isRoot, labTools, namespaces } from '../tools.ts'
import { type Check, fail, ok, warn } from './check.ts'

const minNode = 24
/** Octets; less may not hold a day of raw records of a small network. */
const lowDisk = 5e9
/** Octets; with less the store cannot even rotate its log. */
const noDisk = 5e8

/** `disk`: the file system of the state; `storeMax` and `receiveBuffer`: as configured, in octets. */
export function machineChecks(disk: Disk, storeMax: number, receiveBuffer: number): readonly Check[] {
  return [
    nodeCheck(process.versions.node),
    namespaceCheck(),
    ...toolChecks(),
    diskCheck(disk, storeMax),
    bufferCheck(receiveBuffer),
  ]
}

/** `version` such as `24.21.0`. */
export function nodeCheck(version: string): Check {
  const major = Number(version.split('.')[0])
  if (major >= minNode) return ok('node', version)
  return fail(
    'node',
    `${version}, but at least ${minNode} is needed`,
    'npm ci   (installs one; bin/vagus.mjs then uses it)',
  )
}

function namespaceCheck(): Check {
  const found = namespaces()
  if (found === 'user') return ok('namespaces', 'user namespaces: the lab needs no root')
  if (found === 'root') return ok('namespaces', 'network namespaces as root')
  return warn(
    'namespaces',
    'this user cannot create any, so the lab cannot start',
    'as root: sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0',
  )
}

function toolChecks(): readonly Check[] {
  return labTools.map((tool) => {
    const path = tool.path()
    if (path !== undefined) return ok(tool.label, path)
    return warn(tool.label, 'not installed; only the lab needs it', fixFor([tool]))
  })
}

export interface Disk {
  /** Whether the folder is on this machine. */
  readonly place: 'here' | 'elsewhere'
  /** Folder of the state. */
  readonly folder: string
  readonly freeOctets: number
  /** Octets that the store already has there. */
  readonly storedOctets: number
}

/** The disk under a folder of this machine. */
export function diskHere(folder: string): Disk {
  const { bavail, bsize } = statfsSync(nearestFolder(folder))
  return { place: 'here', folder, freeOctets: bavail * bsize, storedOctets: 0 }
}

/** A small store (`storeMax` octets) needs little: what it may still grow, and half of `storeMax` beside it. */
export function diskCheck({ place, folder, freeOctets: free, storedOctets }: Disk, storeMax: number): Check {
  const beside = Math.min(noDisk, storeMax / 2)
  const enough = Math.min(lowDisk, Math.max(0, storeMax - storedOctets) + beside)
  const found = `${octetsText(free)} free for ${folder}${place === 'here' ? '' : ' on the host of the controller'}`
  if (free >= enough) return ok('disk', found)
  const less = 'keep less (store.raw, store.maxOctets)'
  const fix = place === 'here' ? `free some, ${less}, or move it: --home FOLDER` : `free some there, or ${less}`
  return free >= beside ? warn('disk', found, fix) : fail('disk', found, fix)
}

/** The folder of the state may not exist yet. */
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
  let limit: number
  try {
    limit = Number(readFileSync(path, 'utf8'))
  } catch {
    return ok('socket buffer', 'the kernel does not say its limit')
  }
  if (limit >= wanted) return ok('socket buffer', `up to ${octetsText(limit)}`)
  if (isRoot()) return ok('socket buffer', `limit ${octetsText(limit)}, which root may exceed`)
  return warn(
    'socket buffer',
    `the kernel gives ${octetsText(limit)} and flow.receiveBuffer asks for ${octetsText(wanted)}: bursts may be lost`,
    `as root: sysctl -w net.core.rmem_max=${wanted}`,
  )
}
