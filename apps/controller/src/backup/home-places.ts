/**
 * What of a home is backed up, by name. A name that is not here is in no backup, and a backup that has it is refused.
 *
 *   control.sqlite                    agents listed, events, proposals, lines, numbers of names
 *   flows/…                           flow records and their sums
 *   vagus.yaml                        the configuration of then
 *   agents/NAME/…                     keys and documents of the agents of this host, and what they signed
 *   registrar/… masa/…                keys of the domain and of a maker; what that issued
 *   idevid/… joining/… device.yaml    of a box that joined
 *
 * @module
 */
import { isAgentName } from '@vagus/identity'
import { isStoreFile } from '@vagus/store'

export const controlFileName = 'control.sqlite'
export const flowsFolderName = 'flows'
export const configFileName = 'vagus.yaml'
export const agentsFolderName = 'agents'

export interface Place {
  /** What is replaced as a whole, below the home. */
  readonly part: string
  /** `secret`: keys, and what is of no use without them. */
  readonly is: 'state' | 'secret' | 'settings'
}

/** Folders of keys and certificates, and what is written about them. */
export const credentialFolders = ['registrar', 'masa', 'idevid'] as const
const credentialFile = /^[a-z][a-z0-9-]{0,40}\.(?:key|crt|pem|json|jsonl)$/
const agentFile = /^(?:keys|next-key)\.json$|^(?:document|roster|intents|intents-former)\.jws$/

export const isCredentialFile = (name: string): boolean => credentialFile.test(name)

/** Files of a box, by themselves. */
export const boxFiles = ['joining/state.json', 'device.yaml'] as const

/** Undefined for a name that no backup has. */
export function placeOf(name: string): Place | undefined {
  if (name === controlFileName) return { part: name, is: 'state' }
  if (name === configFileName) return { part: name, is: 'settings' }
  if ((boxFiles as readonly string[]).includes(name)) return { part: name.split('/')[0]!, is: 'secret' }
  const [folder = '', ...below] = name.split('/')
  const [first = '', second] = below
  if (folder === flowsFolderName)
    return isStoreFile(below.join('/')) ? { part: flowsFolderName, is: 'state' } : undefined
  if (folder === agentsFolderName) {
    const isOurs = below.length === 2 && isAgentName(first) && agentFile.test(second!)
    return isOurs ? { part: `${agentsFolderName}/${first}`, is: 'secret' } : undefined
  }
  const isCredential = (credentialFolders as readonly string[]).includes(folder) && below.length === 1
  return isCredential && isCredentialFile(first) ? { part: folder, is: 'secret' } : undefined
}
