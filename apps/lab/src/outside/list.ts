/**
 * Which labs there are.
 * @module
 */
import { ask } from '../control/client.ts'
import type { LabReference, LabState } from '../lab.ts'
import { bareState, labPaths } from '../spec.ts'
import { folderOf, labNames, readSpec } from './folder.ts'

/** Every lab that has a folder, by name; one that died without being taken down is `dead`. */
export async function labList(which: Pick<LabReference, 'home'> = {}): Promise<readonly LabState[]> {
  const states = await Promise.all(labNames(which).map((name) => stateOf(folderOf(name, which))))
  return states.filter((state) => state !== undefined)
}

async function stateOf(folder: string): Promise<LabState | undefined> {
  const answer = await ask(labPaths(folder).control, { type: 'state' }).catch(() => undefined)
  if (answer?.type === 'state') return answer.state
  const spec = readSpec(folder)
  return spec === undefined ? undefined : bareState(spec, 'dead')
}
