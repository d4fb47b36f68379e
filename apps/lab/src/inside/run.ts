/**
 * Runs a command to its end; what it printed is in the error when it fails.
 * @module
 */
import { spawn } from 'node:child_process'

/** Output of `command` when it is given `input`. Rejects when it does not exit with 0. */
export function run(command: readonly [string, ...string[]], input = ''): Promise<string> {
  const [file, ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'pipe' })
    let output = ''
    let errors = ''
    child.stdout.on('data', (octets: Buffer) => (output += octets.toString()))
    child.stderr.on('data', (octets: Buffer) => (errors += octets.toString()))
    child.stdin.on('error', () => {}) // it ended before it read everything; its status says so
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${command.join(' ')}: ${signal ?? `exit ${code}`}: ${(errors || output).trim()}`))
    })
    child.stdin.end(input)
  })
}
