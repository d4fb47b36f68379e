/** Owners of fleets on this host whose next key lies beside the one in use: who steals both has the fleet for good. @module */
import { existsSync, globSync, lstatSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Check, ok, warn } from '../check.ts'

/** @param home the folder of the state of this user */
export function ownerChecks(home: string): readonly Check[] {
  const agents = join(home, 'agents')
  // As packages/keyring lays them out; a link leads to where the owner keeps the key.
  const owners = globSync('*/roster.jws', { cwd: agents }).map((path) => join(agents, path, '..'))
  if (owners.length === 0) return []
  const beside = owners.filter((folder) => {
    const key = join(folder, 'next-key.json')
    return existsSync(key) && !lstatSync(key).isSymbolicLink()
  })
  if (beside.length === 0) return [ok('owners', 'next keys of owners are kept elsewhere')]
  const names = beside.map((folder) => basename(folder)).join(', ')
  return [
    warn(
      'owners',
      `the next key of ${names} lies beside the key in use: a thief of both could never be put out again`,
      `mv ${beside[0]}/next-key.json to another medium; later: vagus id rotate ${basename(beside[0]!)} --next-key FILE`,
    ),
  ]
}
