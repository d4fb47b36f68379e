/** Whether the secrets that devices are asked with can be had; only the host of the controller can know. @module */
import { secretsOf } from '../snmp/secrets.ts'
import { targetOf } from '../snmp/settings.ts'
import { ConfigError, type ConfigProblem, keyOf } from './config-error.ts'
import type { LoadedConfig } from './load.ts'

/** @throws {ConfigError} with each file of secrets that cannot be used, once */
export function checkSnmpSecrets({ config, file, origins }: Pick<LoadedConfig, 'config' | 'file' | 'origins'>): void {
  const problems = new Map<string, ConfigProblem>()
  for (const [at, device] of config.devices.entries()) {
    const target = targetOf(device, config.snmp)
    if (target === undefined) continue
    try {
      secretsOf(target)
    } catch (error) {
      const isOwn = device.snmp?.secretsFile !== undefined
      const key = isOwn ? keyOf(['devices', at, 'snmp', 'secretsFile']) : 'snmp.secretsFile'
      const source = (isOwn ? file : origins.get(key)) ?? 'defaults'
      const { message: problem } = error as Error
      problems.set(`${key} ${problem}`, { key, source, line: undefined, column: undefined, problem })
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems.values()])
}
