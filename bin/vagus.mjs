#!/usr/bin/env node
// Starts the command line under the Node that comes with it, whatever Node runs this file.
import module from 'node:module'

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache?.()
  await import('../apps/cli/src/main.ts')
} else {
  const { spawn } = await import('node:child_process')
  const bundled = find(`node-linux-${process.arch}/bin/node`)
  if (bundled !== undefined) {
    const { existsSync } = await import('node:fs')
    const { fileURLToPath } = await import('node:url')
    const command = [bundled, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
    // Where util-linux is there it ends with this process, also by kill -9.
    const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))
    if (setpriv !== undefined) command.unshift(setpriv, '--pdeathsig', 'TERM', '--')
    const [file, ...args] = command
    const child = spawn(file, args, { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)))
  } else {
    const how =
      process.platform === 'linux'
        ? 'npm brings one where optional dependencies are installed'
        : 'on other systems than Linux, install one from https://nodejs.org'
    process.stderr.write(`vagus needs Node 24 and this is ${process.version}; ${how}\n`)
    process.exitCode = 1
  }
}

function find(file) {
  try {
    return module.createRequire(import.meta.url).resolve(file)
  } catch {
    return undefined
  }
}
