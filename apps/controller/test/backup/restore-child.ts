/**
 * Restores: `restore-child.ts NTH FILE HOME NOW COPIES`. Each call of node:fs that changes the disk is counted. In the place
 * of the NTH one the process kills itself. Before each it copies the home to COPIES/COUNT, where that is given: what a
 * kill at that moment would leave, because what was written before is the kernel's.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const [nth, file, home, now, copies] = process.argv.slice(2)
const { cpSync } = fs
const changes = [
  'chmodSync',
  'linkSync',
  'mkdirSync',
  'openSync',
  'renameSync',
  'rmSync',
  'writeFileSync',
  'writeSync',
] as const
let count = 0
let isCopying = false
for (const name of changes) {
  const call = fs[name] as (...args: readonly unknown[]) => unknown
  Object.assign(fs, {
    [name](...args: readonly unknown[]) {
      const isReading = name === 'openSync' && args[1] === 'r'
      if (!isCopying && !isReading && ++count === Number(nth)) process.kill(process.pid, 'SIGKILL')
      if (!isCopying && !isReading && copies !== undefined) {
        isCopying = true
        cpSync(home!, join(copies, String(count)), { recursive: true })
        isCopying = false
      }
      return call(...args)
    },
  })
}
syncBuiltinESMExports()
const { restoreBackup } = await import('../../src/backup/restore.ts')
count = 0
await restoreBackup({ file: file!, home: home!, occupied: 'put aside' }, Number(now))
