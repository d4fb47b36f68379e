/**
 * Installs what the lock file names, once per lock file; `setup.mjs installed` is npm's word that it just did. The only
 * file that the machine's own Node (18 or later) runs; everything after it runs under the Node that the lock file brings.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const wanted = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const stamp = 'node_modules/.vagus-installed'
if (process.argv[2] === 'installed') {
  writeFileSync(stamp, wanted)
  process.exit(0)
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const npm = process.env.npm_execpath
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []]
  const started = Date.now()
  process.stderr.write('installing what package-lock.json names …\n')
  const { status } = spawnSync(command, [...args, 'ci', '--prefer-offline', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(stamp, wanted) // where npm is told to run no scripts, it says no word
  process.stderr.write(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
}
if (!existsSync('node_modules/.bin/node') && Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Vagus needs Node 24. No bundled one for ${process.platform}/${process.arch}, and this is ${process.version}.\n`,
  )
  process.exit(1)
}
