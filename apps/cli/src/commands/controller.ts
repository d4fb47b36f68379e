/** `vagus controller`: collects flows, keeps them, serves API and console, until stopped. @module */
import { execFile } from 'node:child_process'
import { KeyringError } from '@vagus/keyring/secret-file'
import type { Config } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { configOf, configOptions, flagsOf } from '../config-options.ts'
import { consolePage, needsBuild } from '../console-page.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { listeningKeys, portIn } from '../listening-keys.ts'
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
    const { home, config } = await configOf(values, environment) // its messages are clearer than those of a failed start
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
      throw startFailure(error as NodeJS.ErrnoException, home, config)
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

/** What the kernel refused, and the fix. @param home the folder of the state @param config says whose port is taken */
export function startFailure(error: Error & { readonly code?: unknown }, home: string, config?: Config): Error {
  if (error instanceof RangeError && error.message.startsWith('key file '))
    return new Failure(exitCode.usage, error.message, 'what it must be: vagus config explain bgp.keyFile', error)
  if (error instanceof KeyringError) return new Failure(exitCode.failed, error.message, error.fix, error)
  if (error.name === 'CredentialError') return new Failure(exitCode.failed, error.message, 'vagus masa --help', error)
  if (error.name !== 'UnavailableError' && typeof error.code !== 'string') return error
  if (error.code === 'config')
    return new Failure(exitCode.usage, error.message, 'the configuration in effect: vagus config dump', error)
  const { message } = error
  if (/EADDRINUSE|in use|listens there/.test(`${String(error.code)} ${message}`)) {
    const port = portIn(message)
    if (port !== undefined) return portTaken(port, config, error)
    const fix = 'another controller? vagus status · or another place: --listen'
    return new Failure(exitCode.failed, message, fix, error) // a Unix socket
  }
  return new Failure(exitCode.failed, message, fixOf(error, home), error)
}

function portTaken(port: number, config: Config | undefined, error: Error): Failure {
  const keys = config === undefined ? [] : listeningKeys(config, port)
  const whose = keys.length === 0 ? '' : ` (${keys.join(', ')})`
  const other = keys.length === 0 ? 'other addresses' : `another port in ${keys.join(' or ')}`
  const fix = `another controller? vagus status · else who it is: ss -lntup 'sport = :${port}' · or take ${other}`
  return new Failure(
    exitCode.failed,
    `another program has port ${port} of this host${whose}: ${error.message}`,
    fix,
    error,
  )
}

function fixOf({ code }: { readonly code?: unknown }, home: string): string {
  if (code === 'locked') return 'another controller? vagus status · or use another folder: --home FOLDER'
  if (code === 'disk-full') return `free space there: df ${home}`
  if (code === 'newer') return 'update Vagus here, or use another folder: --home FOLDER'
  return 'vagus doctor'
}
