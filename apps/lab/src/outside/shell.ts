/**
 * A command on a node of a lab.
 * @module
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { ask } from '../control/client.ts'
import { LabError } from '../errors.ts'
import type { LabReference } from '../lab.ts'
import { agentsUrl, labPaths, nocAgent } from '../spec.ts'
import { findLab } from './folder.ts'
import { firstInside, holderOf } from './holding-process.ts'
import { toolPath } from './substrate.ts'

/**
 * Runs `command` (none: a shell) on `node` with this process's terminal, and gives its exit status, as a shell does: 128
 * and the signal's number when a signal ended it. Throws `LabError` `not-running` or `usage`.
 */
export async function labShell(node: string, command: readonly string[], which: LabReference = {}): Promise<number> {
  const [file, ...args] = await shellCommand(node, command, which)
  const child = spawn(file, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: toolPath, VTYSH_HISTFILE: '/dev/null' },
  })
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal)
  const ignore = (): void => {} // the terminal sends it to the child as well
  process.on('SIGINT', ignore)
  process.on('SIGTERM', passOn)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]))
    })
  } finally {
    process.off('SIGINT', ignore)
    process.off('SIGTERM', passOn)
  }
}

/** The command line that `labShell` runs, for callers that want its output. Throws as `labShell`. */
export async function shellCommand(
  node: string,
  command: readonly string[],
  which: LabReference = {},
): Promise<readonly [string, ...string[]]> {
  const folder = findLab(which)
  const answer = await ask(labPaths(folder).control, { type: 'state' })
  const holder = holderOf(folder)
  const inside = holder === undefined ? undefined : firstInside(holder)
  if (answer?.type !== 'state' || inside === undefined) {
    throw new LabError('not-running', 'the lab has ended; clean up with: vagus lab down')
  }
  const { state, holders } = answer
  const wanted = command.length > 0 ? command : [process.env['SHELL'] ?? '/bin/sh']
  const user = state.substrate === 'frr-userns' ? ['--user', '--preserve-credentials'] : []
  const lab = ['nsenter', '--target', String(inside), ...user, '--mount', '--net', '--pid', '--'] as const
  if (node === 'controller') return [...lab, ...beginningAt(folder), ...wanted]
  // It has no host of its own: its side-car is beside the controller, and tools find that in the environment.
  if (node === nocAgent && state.nodes.includes(node)) return [...lab, ...asAgent(), ...wanted]
  const pid = holders[node]
  if (pid === undefined) {
    throw new LabError('usage', `no node "${node}" in lab ${state.name}; there are ${state.nodes.join(', ')}`)
  }
  const begun = state.agents.some(({ name }) => name === node) ? asAgent() : beginningAt(folder)
  return [...lab, 'nsenter', '--target', String(pid), '--net', '--mount', '--uts', '--', ...begun, ...wanted]
}

/** A namespace would begin at the root; logs and generated configuration are in the folder of the lab. */
const beginningAt = (folder: string): readonly string[] => ['env', '--chdir', folder]

/** Calls go through the side-car that runs beside the agent; `npx` finds this checkout, as it does outside. */
const asAgent = (): readonly string[] => ['env', '--chdir', process.cwd(), `VAGUS_AGENTS_URL=${agentsUrl}`]
