/**
 * Makes sure that FRR and softflowd are installed: as root on Debian it installs them visibly, otherwise it prints the
 * line to type.
 * @module
 */
import { spawn } from 'node:child_process'
import type { Call } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { progressLine } from '../lab/bring-up.ts'
import type { Options } from '../option.ts'
import { fixFor, installLine, isRoot, labTools, mayInstall, missingTools } from '../tools.ts'

/** @throws {Failure} unreachable, with the line that installs the missing programs. */
export async function ensureTools({ terminal, signal }: Pick<Call<Options>, 'terminal' | 'signal'>): Promise<void> {
  const missing = missingTools()
  const started = performance.now()
  const labels = labTools.map(({ label }) => label).join(', ')
  if (missing.length > 0) {
    const line = installLine(missing)
    const absent = missing.map(({ label }) => label).join(' and ')
    if (!isRoot() || !mayInstall())
      throw new Failure(exitCode.unreachable, `${absent} must be installed first`, fixFor(missing))
    for (const command of ['apt-get update -q', line]) {
      terminal.err(terminal.talkPaint.faint(`# ${command}\n`))
      const status = await statusOf(command, signal)
      if (status !== 0)
        throw new Failure(exitCode.unreachable, `${absent} could not be installed (exit ${status})`, `as root: ${line}`)
    }
    const still = missingTools()
    if (still.length > 0)
      throw new Failure(
        exitCode.unreachable,
        `${still[0]!.label} is still missing after the installation`,
        'vagus doctor',
      )
  }
  progressLine(terminal, 'programs', (performance.now() - started) / 1000, labels)
}

/** Runs one of our own command lines, its output on stderr; 127 when there is no such program. */
function statusOf(line: string, signal: AbortSignal): Promise<number> {
  const [command, ...args] = line.split(' ') as [string, ...string[]]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const child = spawn(command, args, { stdio: ['ignore', 2, 2], env, signal })
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
