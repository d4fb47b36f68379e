/**
 * The folder of a lab belongs to one caller of `labUp`: it is made whole beside its place and then moved there, which
 * succeeds for one of them only (rename(2): the place must be empty).
 * @module
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LabError } from '../errors.ts'
import { labPaths, type LabSpec } from '../spec.ts'
import { claimerOf, holderOf, writeClaim } from './holding-process.ts'

/**
 * Makes the lab's folder, over what a dead lab left there. It is claimed until the lab's own process holds it, or this
 * process ends. Throws `LabError` `exists`; then nothing of another's was touched.
 */
export function claimFolder(spec: LabSpec): void {
  const { folder, name } = spec
  let made: string | undefined
  try {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
    made = mkdtempSync(join(dirname(folder), '.claim-')) // hidden: no lab's name
    const paths = labPaths(made)
    mkdirSync(paths.logs)
    writeFileSync(paths.spec, JSON.stringify(spec))
    writeClaim(made)
    while (!isMoved(made, folder)) {
      if (holderOf(folder) !== undefined || claimerOf(folder) !== undefined) {
        throw new LabError('exists', `lab ${name} is already running; take it down with: vagus lab down --name ${name}`)
      }
      renameSync(folder, `${made}.dead`)
      rmSync(`${made}.dead`, { recursive: true, force: true })
    }
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    if (error instanceof LabError) throw error
    const problem = `cannot write the lab's folder (${(error as Error).message})`
    throw new LabError('failed', `${problem}; set VAGUS_HOME to a folder of yours`, { cause: error })
  }
}

/** False when something is already there. */
function isMoved(made: string, folder: string): boolean {
  try {
    renameSync(made, folder)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    throw error
  }
}
