/** Collector, store, HTTP API and console server of one domain. */
export { type ConfigChanges } from './config/changes.ts'
export { ConfigError, type ConfigProblem } from './config/config-error.ts'
export { explainKey, type KeyExplanation } from './config/explain.ts'
export { type ConfigSources, loadConfig, loadConfigText, type LoadedConfig } from './config/load.ts'
export type { Controller, ControllerOptions } from './controller.ts'
export { runController, startController } from './lazy.ts'
export type { RunOptions } from './run.ts'
export { TelemetryHub } from './telemetry/hub.ts'
