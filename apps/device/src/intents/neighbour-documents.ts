/**
 * Documents of the neighbours with which sets of intents are exchanged, remembered in a folder: they are to be found when the
 * controller's list is away, which is when neighbours are needed most.
 * @module
 */
import { join } from 'node:path'
import type { Lookup } from '@vagus/agent'
import { makePrivateFolder, writeFileWhole } from '@vagus/keyring/private-file'
import { folderLookup, inOrder } from '@vagus/lookup'
import { textOf } from '../rounds.ts'

/** @param ids those that are remembered; each file is replaced by the newest document */
export function rememberingLookup(
  list: Lookup,
  folder: string,
  ids: ReadonlySet<string>,
  report: (line: string) => void,
): Lookup {
  let problem = ''
  const remember = (id: string, document: string): void => {
    try {
      makePrivateFolder(folder)
      writeFileWhole(join(folder, `${id}.jws`), `${document}\n`, 0o600)
      problem = ''
    } catch (error) {
      if (textOf(error) !== problem) report(`neighbours are not remembered: ${textOf(error)}`)
      problem = textOf(error)
    }
  }
  const known = new Map<string, string>()
  const first: Lookup = {
    async find(name, options) {
      const found = await list.find(name, options)
      const [one] = found
      if (one !== undefined && ids.has(name) && known.get(name) !== one.document) {
        known.set(name, one.document)
        remember(name, one.document)
      }
      return found
    },
  }
  return inOrder([first, folderLookup(folder)])
}
