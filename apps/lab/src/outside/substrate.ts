/**
 * What this machine offers a lab: the kind of namespaces, and whether the programs are installed.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '../errors.ts'
import { daemonFolder } from '../frr/daemon-folder.ts'
import type { LabProgram, LabState } from '../lab.ts'

export interface Substrate {
  readonly name: LabState['substrate']
  /** Options of unshare(1) that make the namespaces of a lab. */
  readonly options: readonly string[]
}

const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'] as const
const userNamespace = ['--user', '--map-root-user'] as const

/** Environment in which ordinary users find administrators' tools too. */
export const toolPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

/** The best substrate on this machine. Throws `LabError` `no-namespaces` with the reason and what to type. */
export function findSubstrate(): Substrate {
  const inUserNamespace = [...userNamespace, ...namespaces]
  const refusal = refusalOf(inUserNamespace)
  if (refusal === undefined) return { name: 'frr-userns', options: inUserNamespace }
  if (refusal.endsWith(' ENOENT')) throw new LabError('missing-program', `there is no unshare here; ${elsewhere}`)
  if (process.getuid?.() === 0) {
    const asRoot = refusalOf(namespaces)
    if (asRoot === undefined) return { name: 'frr-netns', options: namespaces }
    throw new LabError('no-namespaces', `root cannot create namespaces here (${asRoot}); ${inContainer}`)
  }
  throw new LabError('no-namespaces', `this user cannot create namespaces (${refusal}); ${remedyOf()}`)
}

/** Throws `LabError` `missing-program` with the command that installs the programs that `programs` lack. */
export function checkPrograms(programs: readonly LabProgram[]): void {
  const found = (name: string): boolean => toolPath.split(':').some((folder) => existsSync(join(folder, name)))
  const missing = [
    ...(existsSync(join(daemonFolder, 'bgpd')) ? [] : ['frr']),
    ...(programs.includes('exporters') && !found('softflowd') ? ['softflowd'] : []),
    ...(found('ip') && found('tc') ? [] : ['iproute2']),
    ...(found('unshare') && found('nsenter') ? [] : ['util-linux']),
  ]
  if (missing.length === 0) return
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`
  throw new LabError('missing-program', `the lab needs ${missing.join(', ')}; type, as root: ${command}`)
}

/** What the image for containers lacks is not installed there. */
const elsewhere = 'a lab needs a host with Debian, and runs in no container of the image (docs/11-install.md)'
const inContainer = 'in a container, start it with --privileged'

/** Why unshare(1) refuses, or why our own files cannot be read inside; `undefined` when all is well. */
function refusalOf(options: readonly string[]): string | undefined {
  // root has no power over other people's files in a user namespace
  const { status, stderr, error } = spawnSync('unshare', [...options, 'cat', import.meta.filename], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: toolPath },
  })
  if (status === 0) return undefined
  return (error?.message ?? stderr.trim()) || `exit ${status}`
}

/** Kernel settings that refuse user namespaces, with the value that allows them. */
const switches = [
  { file: 'kernel/apparmor_restrict_unprivileged_userns', refuses: '1', allow: '0' },
  { file: 'kernel/unprivileged_userns_clone', refuses: '0', allow: '1' },
  { file: 'user/max_user_namespaces', refuses: '0', allow: '15000' },
] as const

function remedyOf(): string {
  for (const { file, refuses, allow } of switches) {
    const path = join('/proc/sys', file)
    if (!existsSync(path) || readFileSync(path, 'utf8').trim() !== refuses) continue
    return `type, as root: sysctl -w ${file.replace('/', '.')}=${allow}`
  }
  return `run it as root; ${inContainer}`
}
