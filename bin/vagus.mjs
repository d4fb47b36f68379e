#!/usr/bin/env node
// Starts the command line under the Node that the lock file brings, whatever Node runs this file.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const main = at('apps/cli/src/main.ts')
const bundled = at('node_modules/.bin/node')
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main)
} else if (existsSync(bundled)) {
  const child = spawn(bundled, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)))
} else {
  process.stderr.write(
    `vagus needs Node 24 and this is ${process.version}; run "npm start" or "npm ci" once to get it\n`,
  )
  process.exitCode = 1
}
