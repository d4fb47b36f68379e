/** The controller as a process: a signal stops it, and SIGHUP has it read its configuration again. @module */
import { formatEndpoint } from '@vagus/address'
import { StoreError } from '@vagus/store'
import { type ConfigSources, loadConfig } from './config/load.ts'
import type { Hangups } from './hangups.ts'
import { type Controller, type ControllerOptions, startController } from './controller.ts'

export interface RunOptions extends ControllerOptions {
  /** Stops it, at any moment of its life. Who runs the process says what aborts it; only one listens for SIGTERM. */
  readonly signal: AbortSignal
}

/**
 * Runs until `signal` is aborted; SIGHUP reads the configuration again, one during the start when it has started.
 * @throws {ConfigError} on the first configuration, {UnavailableError} when it cannot listen, {StoreError} when its state
 * cannot be had or it had to give up records at the end, {Error} when flows can be collected no more
 */
export async function runController(sources: ConfigSources, options: RunOptions, hangups: Hangups): Promise<void> {
  const loaded = loadConfig(sources)
  const { signal, report = () => undefined } = options
  const controller = await startController(loaded, options).catch((error: unknown) => {
    if (signal.aborted && error === signal.reason) return undefined
    throw error
  })
  if (controller === undefined) return
  report(`configuration: ${loaded.file ?? 'none, all defaults'}; state: ${loaded.home}`)
  report(`API and console: ${/^(unix|https):/.test(controller.address) ? '' : 'http://'}${controller.address}`)
  const taken = controller.flowEndpoints.map((endpoint) => `udp ${formatEndpoint(endpoint)}`).join(', ')
  report(`flows: ${taken === '' ? 'none are taken, as flow.listen is empty' : taken}`)
  hangups.begin(() => readAgain(controller, sources, report))
  const aborted = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => aborted.resolve(), { once: true })
  try {
    if (!signal.aborted) await Promise.race([controller.finished, aborted.promise])
  } catch (error) {
    await controller.stop()
    throw error
  } finally {
    hangups.end()
  }
  const { givenUp } = await controller.stop()
  if (givenUp === 0) return
  const problem = `${givenUp} received records were given up at the end: the disk of ${loaded.home} did not take them`
  throw new StoreError('disk-full', problem)
}

/** A configuration that is wrong changes nothing, and whatever the error, it must not end what runs well. */
function readAgain(controller: Controller, sources: ConfigSources, report: (line: string) => void): void {
  try {
    const { changed, restart } = controller.reload(loadConfig(sources))
    report(`configuration read again: ${changed.length === 0 ? 'nothing changed' : changed.join(', ')}`)
    if (restart.length > 0) report(`only after a restart: ${restart.join(', ')}`)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    report(`configuration not accepted, the old one stays:\n${problem}`)
    controller.rejectConfig(problem.split('\n')[0]!)
  }
}
