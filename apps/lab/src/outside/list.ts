/**
 * Lists the labs of this machine.
 * @module
 */
import { connect } from 'node:net'
import { ask } from '../control/client.ts'
import { parseListen } from '../forwarder/forward.ts'
import type { LabReference, LabState } from '../lab.ts'
import { bareState, labPaths, type LabSpec } from '../spec.ts'
import { folderOf, labNames, readSpec } from './folder.ts'

/**
 * Every lab that has a folder, by name; one that died without being taken down is `dead`, and one whose forwarder died
 * has an empty `console`.
 */
export async function labList(which: Pick<LabReference, 'home'> = {}): Promise<readonly LabState[]> {
  const states = await Promise.all(labNames(which).map((name) => stateOf(folderOf(name, which))))
  return states.filter((state) => state !== undefined)
}

async function stateOf(folder: string): Promise<LabState | undefined> {
  const answer = await ask(labPaths(folder).control, { type: 'state' }).catch(() => undefined)
  const spec = readSpec(folder)
  if (answer?.type === 'state') {
    const { state } = answer
    const isCutOff = state.state === 'running' && state.console !== '' && spec !== undefined && !(await isReached(spec))
    return isCutOff ? { ...state, console: '' } : state
  }
  return spec === undefined ? undefined : bareState(spec, 'dead')
}

/** Whether the forwarder, a process of its own, still listens. */
function isReached({ listen }: LabSpec): Promise<boolean> {
  const socket = connect(parseListen(listen))
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  }).finally(() => socket.destroy())
}
