/** `vagus config check`: whether `vagus.yaml` is valid, with the line of each problem. @module */
import { defineCommand } from '../command.ts'
import { checkSecrets, configOf, configOptions, deviceOption } from '../config-options.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf } from '../format.ts'
import { jsonText } from '../json.ts'

export const command = defineCommand({
  name: 'config check',
  summary: 'check vagus.yaml or device.yaml, with the line of each problem',
  effect: 'ro',
  examples: [
    { line: 'vagus config check', does: './vagus.yaml' },
    { line: 'vagus config check /etc/vagus/vagus.yaml', does: 'another file' },
    { line: 'vagus config check --device /etc/vagus/device.yaml', does: 'options of "vagus device"' },
  ],
  arguments: [{ name: 'FILE', description: 'the file to check, same as --config', presence: 'optional' }],
  options: { ...configOptions, ...deviceOption, ...jsonOption },
  async run({ values, words: [named], environment, terminal }) {
    if (named !== undefined && values.config !== undefined) {
      const what = `only one file can be checked at a time, got ${values.config} (--config) and ${named}`
      throw new Failure(exitCode.usage, what, `vagus config check ${named}`)
    }
    if (values.device) {
      const file = named ?? values.config
      if (file === undefined)
        throw new Failure(exitCode.usage, 'name the file of the device', 'vagus config check --device device.yaml')
      const { checkDeviceFile } = await import('../device-check.ts')
      const keys = await checkDeviceFile(file, environment)
      const resource = { apiVersion: 'vagus/v1', kind: 'DeviceConfigCheck', ok: true, file, keys }
      const text = `${file}: ok · ${countOf(keys.length, 'option')} of "vagus device"`
      terminal.out(values.json ? jsonText(resource) : `${text}\n`)
      return exitCode.ok
    }
    const loaded = await configOf({ ...values, config: named ?? values.config }, environment)
    await checkSecrets(loaded)
    const { config, file, home } = loaded
    const { devices, sites, links, applications } = config
    const counts = {
      devices: devices.length,
      sites: sites.length,
      links: links.length,
      applications: applications.length,
    }
    if (values.json) {
      const resource = { apiVersion: 'vagus/v1', kind: 'ConfigCheck', ok: true, file: file ?? null, home, ...counts }
      terminal.out(jsonText(resource))
    } else {
      const described = Object.entries(counts).map(([what, count]) => countOf(count, what.slice(0, -1)))
      terminal.out(`${file ?? 'defaults only (no file found)'}: ok · ${described.join(' · ')} · state in ${home}\n`)
    }
    return exitCode.ok
  },
})
