/** `vagus masa new`: the operator becomes the maker of his own boxes: a MASA in a folder. @module */
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { masaFolder, masaOptions, withMasaErrors } from '../join/own-masa.ts'

export const command = defineCommand({
  name: 'masa new',
  summary: 'become the maker of your own boxes: a MASA in a folder',
  effect: 'rw',
  examples: [
    { line: 'vagus masa new', does: 'in ~/.vagus/masa; "join.masa" of vagus.yaml names it' },
    { line: 'vagus masa new --url masa.example:9443', does: 'for "vagus masa run" on another host' },
  ],
  options: {
    url: {
      type: 'text',
      value: 'HOST:PORT',
      default: 'localhost:9443',
      description: 'where registrars find it, written into each box; without meaning while it runs in the controller',
    },
    name: {
      type: 'text',
      value: 'TEXT',
      description: 'of the maker, in its certificates (default: the host of --url)',
    },
    ...masaOptions,
  },
  async run(call) {
    const { url, name } = call.values
    const folder = await masaFolder(call)
    const { newOwnMasa } = await import('@vagus/bootstrap')
    const make = () => newOwnMasa(folder, { url, ...(name === undefined ? {} : { name }) })
    await withMasaErrors(make, `see what it made: vagus masa ls --masa ${folder}`)
    call.terminal.out(`${folder} is a MASA; its keys are there and nowhere else\n`)
    call.terminal.err(`in vagus.yaml: join: { masa: ${folder}, … } · for a box: vagus masa issue SERIAL\n`)
    return exitCode.ok
  },
})
