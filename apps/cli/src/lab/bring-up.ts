/**
 * Brings a lab up visibly, and holds it until it is to end.
 * @module
 */
import type { LabOptions, LabStep, LabUp } from '@vagus/lab'
import { controllerAddress, defaultAddress } from '../address.ts'
import type { Call } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import type { Options } from '../option.ts'
import type { Terminal } from '../terminal.ts'
import { withLab } from './lab-failure.ts'

type Around = Pick<Call<Options>, 'terminal' | 'signal'>

/** One line per step on stderr. `undefined` when interrupted: everything is down again by then. */
export async function bringUp(options: LabOptions, { terminal, signal }: Around): Promise<LabUp | undefined> {
  const { labUp } = await import('@vagus/lab/up')
  const stopping = (): void => terminal.err('stopping …\n')
  signal.addEventListener('abort', stopping)
  try {
    return await withLab(() => labUp({ ...options, signal, onStep: (step) => stepLine(terminal, step) }))
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    signal.removeEventListener('abort', stopping)
  }
}

const labels: Readonly<Record<LabStep['step'], string>> = {
  namespaces: 'namespaces',
  recorder: 'recording',
  routers: 'routers',
  converged: 'routing converged',
  controller: 'controller',
  exporters: 'flow exporters',
  devices: 'device agents',
  traffic: 'traffic',
  access: 'access networks',
  agents: 'agents',
}

/** A step of `labUp`. */
export function stepLine(terminal: Terminal, { step, seconds, detail }: LabStep): void {
  progressLine(terminal, labels[step], seconds, detail)
}

/** ` ✓ routers              1.02 s  14 routers, 21 links` on stderr. */
export function progressLine(terminal: Terminal, what: string, seconds: number, detail: string): void {
  const took = `${seconds.toFixed(2)} s`.padStart(8)
  terminal.err(` ${terminal.talkPaint.good('✓')} ${what.padEnd(18)} ${took}  ${detail}\n`)
}

/** Waits for Ctrl-C, then takes the lab down; or until another command does. @throws {Failure} when the lab ended by itself. */
export async function holdUntilStopped({ down, ended, name }: LabUp, { terminal, signal }: Around): Promise<void> {
  const stopped = Promise.withResolvers<'stopped'>()
  signal.addEventListener('abort', () => stopped.resolve('stopped'))
  if (signal.aborted) stopped.resolve('stopped')
  const how = await Promise.race([ended, stopped.promise])
  if (how === 'taken-down')
    return terminal.err(`\nlab ${name} was taken down by another command; nothing is left behind\n`)
  if (how === 'lost')
    throw new Failure(exitCode.failed, `lab ${name} has ended by itself: its first process is gone`, 'vagus lab up')
  await takeDown(down, terminal)
}

/** What a shell needs so that commands ask the controller at `console`; nothing at the default address. */
export const shellLines = (console: string): readonly string[] =>
  controllerAddress(console).text === defaultAddress ? [] : [`export VAGUS_CONTROLLER=${console}`]

/** Takes it down and says how long that took. */
export async function takeDown(down: () => Promise<void>, terminal: Terminal): Promise<void> {
  terminal.err('\ntaking everything down …\n')
  const started = performance.now()
  await withLab(down)
  terminal.err(`down after ${durationText((performance.now() - started) / 1000)}; nothing is left behind\n`)
}
