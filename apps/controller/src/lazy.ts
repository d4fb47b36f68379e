/** The controller, loaded at its start: reading a configuration need not load a server and a database. @module */
import type { ConfigSources, LoadedConfig } from './config/load.ts'
import type { Controller, ControllerOptions } from './controller.ts'
import { Hangups } from './hangups.ts'
import type { RunOptions } from './run.ts'

/** @throws {ConfigError} when home or an address to listen at is not ours, {UnavailableError} when one cannot be bound */
export async function startController(loaded: LoadedConfig, options: ControllerOptions): Promise<Controller> {
  const controller = await import('./controller.ts')
  return controller.startController(loaded, options)
}

/**
 * Runs until `signal` is aborted; SIGHUP reads the configuration again. @throws {ConfigError} on the first configuration,
 * {UnavailableError} when it cannot listen, {StoreError} when its state cannot be had or it had to give up records at the
 * end, {Error} when flows can be collected no more
 */
export async function runController(sources: ConfigSources, options: RunOptions): Promise<void> {
  const hangups = new Hangups()
  try {
    const run = await import('./run.ts')
    await run.runController(sources, options, hangups)
  } finally {
    hangups.close()
  }
}
