/** Whether the secrets that devices are asked with can be had; only the host of the controller can know. @module */
import { secretsOf } from '../snmp/secrets.ts'
import { targetOf } from '../snmp/settings.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import type { LoadedConfig } from './load.ts'

/** @throws {ConfigError} with each file of secrets that cannot be used, once */
export function checkSnmpSecrets({ config, problemAt }: Pick<LoadedConfig, 'config' | 'problemAt'>): void {
  const problems = new Map<string, ConfigProblem>()
  for (const [at, device] of config.devices.entries()) {
    const target = targetOf(device, config.snmp)
    if (target === undefined) continue
    try {
      secretsOf(target)
    } catch (error) {
      const isOwn = device.snmp?.secretsFile !== undefined
      const problem = problemAt([...(isOwn ? ['devices', at] : []), 'snmp', 'secretsFile'], (error as Error).message)
      problems.set(`${problem.key} ${problem.problem}`, problem)
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems.values()])
}
