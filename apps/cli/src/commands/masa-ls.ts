/** `vagus masa ls`: the boxes that the operator's own MASA knows. @module */
import { defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { countOf } from '../format.ts'
import { masaOptions, ownMasa } from '../join/own-masa.ts'
import { resourceText } from '../json.ts'

export const command = defineCommand({
  name: 'masa ls',
  summary: 'the boxes that your own MASA knows',
  effect: 'ro',
  examples: [{ line: 'vagus masa ls', does: 'serial numbers, one a line' }],
  options: { ...masaOptions, ...jsonOption },
  async run(call) {
    const { devices } = await ownMasa(call)
    const serials = devices.map(({ serialNumber }) => serialNumber).toSorted()
    if (call.values.json) call.terminal.out(resourceText('MasaDeviceList', { items: serials }))
    else {
      call.terminal.out(serials.map((serial) => `${serial}\n`).join(''))
      call.terminal.err(`${countOf(serials.length, 'box', 'boxes')}\n`)
    }
    return exitCode.ok
  },
})
