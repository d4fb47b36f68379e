/**
 * Entry point of `vagus`. Prints the version before it loads anything else: programs ask for it often.
 * @module
 */
import { version } from './version.ts'

const args = process.argv.slice(2)
if (args[0] === '--version' || args[0] === '-V') {
  process.stdout.write(`vagus ${version}\n`)
} else {
  const { runProcess } = await import('./process.ts')
  await runProcess(args)
}
