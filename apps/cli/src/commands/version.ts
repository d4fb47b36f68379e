/** `vagus version`: the versions of this program, of Node, and of the controller if one answers. @module */
import type { Status } from '@vagus/api'
import { defineCommand } from '../command.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { jsonText } from '../json.ts'
import { version } from '../version.ts'

export const command = defineCommand({
  name: 'version',
  summary: 'the version of this program and of the controller',
  effect: 'ro',
  examples: [
    { line: 'vagus version', does: 'both versions' },
    { line: 'vagus version --json', does: 'for programs; vagus --version asks no controller' },
  ],
  options: { ...controllerOption, ...jsonOption },
  async run(call) {
    const controller = await clientFor(call)
      .get<Status>('Status', '/v1/status')
      .then(({ version }) => version)
      .catch(() => null)
    const { out } = call.terminal
    if (call.values.json) {
      const resource = { apiVersion: 'vagus/v1', kind: 'Version', vagus: version, node: process.version, controller }
      out(jsonText(resource))
    } else {
      out(
        `vagus       ${version}\nnode        ${process.version.slice(1)}\ncontroller  ${controller ?? 'not reached'}\n`,
      )
    }
    return exitCode.ok
  },
})
