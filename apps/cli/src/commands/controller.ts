/** `vagus controller`: collects flows, keeps them, serves API and console, until stopped. @module */
import { execFile } from 'node:child_process'
import { KeyringError } from '@vagus/keyring/secret-file'
import { defineCommand } from '../command.ts'
import { configOf, configOptions, flagsOf } from '../config-options.ts'
import { consolePage, needsBuild } from '../console-page.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { tracing } from '../observing.ts'
import type { Terminal } from '../terminal.ts'
import { version } from '../version.ts'

export const command = defineCommand({
  name: 'controller',
  summary: 'collect flows, keep them, serve API and console',
  effect: 'rw',
  isService: true,
  examples: [
    { line: 'vagus controller -c vagus.yaml', does: 'until Ctrl-C or SIGTERM; SIGHUP reloads the file' },
    { line: 'vagus controller --listen unix:/run/vagus/controller.sock', does: 'API and console on a Unix socket' },
  ],
  options: configOptions,
  async run({ values, environment, terminal, signal }) {
    const { home } = await configOf(values, environment) // its messages are clearer than those of a failed start
    const [{ runController }, { joinFleetWith }] = await Promise.all([
      import('@vagus/controller'),
      import('../controller-fleet.ts'),
    ])
    const report = (line: string): void => terminal.err(`${line}\n`)
    const traces = await tracing(environment, 'vagus-controller', report)
    const sources = { file: values.config, environment, flags: flagsOf(values) }
    if (await needsBuild()) buildBeside(terminal, signal)
    try {
      await runController(sources, {
        version,
        console: consolePage.folder,
        signal,
        joinFleet: joinFleetWith(traces?.tracer),
        tracer: traces?.tracer.for('@vagus/controller'),
        report,
      })
    } catch (error) {
      throw startFailure(error as NodeJS.ErrnoException, home)
    } finally {
      await traces?.close()
    }
    return exitCode.ok
  },
})

/**
 * Builds while the controller runs, which serves the page once it exists; in a process of its own to free the memory.
 */
function buildBeside(terminal: Pick<Terminal, 'err'>, signal: AbortSignal): void {
  const script = 'await (await import(process.argv[1])).ensureConsole()'
  const builder = import.meta.resolve('@vagus/console/build')
  terminal.err('building the console …\n')
  execFile(process.execPath, ['--input-type=module', '--eval', script, builder], { signal }, (error) => {
    if (signal.aborted) return
    const how = error === null ? 'the console is built' : `the console could not be built: ${error.message.trim()}`
    terminal.err(`${how}\n`)
  })
}

/** What the kernel refused, and the fix. `home`: the folder of the state. */
export function startFailure(error: Error & { readonly code?: unknown }, home: string): Error {
  if (error instanceof RangeError && error.message.startsWith('key file '))
    return new Failure(exitCode.usage, error.message, 'what it must be: vagus config explain bgp.keyFile', error)
  if (error instanceof KeyringError) return new Failure(exitCode.failed, error.message, error.fix, error)
  if (error.name !== 'UnavailableError' && typeof error.code !== 'string') return error
  if (error.code === 'config')
    return new Failure(exitCode.usage, error.message, 'the configuration in effect: vagus config dump', error)
  return new Failure(exitCode.failed, error.message, fixOf(error, home), error)
}

function fixOf({ code, message }: { readonly code?: unknown; readonly message: string }, home: string): string {
  if (code === 'locked') return 'another controller? vagus status · or use another folder: --home FOLDER'
  if (code === 'disk-full') return `free space there: df ${home}`
  if (code === 'newer') return 'update Vagus here, or use another folder: --home FOLDER'
  if (/EADDRINUSE|in use|listens there/.test(`${String(code)} ${message}`))
    return 'another controller? vagus status · or use other addresses: --listen, --flow.listen'
  return 'vagus doctor'
}
