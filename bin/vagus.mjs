#!/usr/bin/env node
// Starts the command line under the Node that the lock file brings, whatever Node runs this file.
import module from 'node:module'

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache?.()
  await import('../apps/cli/src/main.ts')
} else {
  const { spawn } = await import('node:child_process')
  const { existsSync } = await import('node:fs')
  const at = (path) => new URL(`../${path}`, import.meta.url).pathname
  const bundled = at('node_modules/.bin/node')
  if (existsSync(bundled)) {
    const child = spawn(bundled, [at('bin/vagus.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)))
  } else {
    process.stderr.write(`vagus needs Node 24 and this is ${process.version}; run "npm ci" once to get it\n`)
    process.exitCode = 1
  }
}
