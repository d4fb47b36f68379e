/** `vagus masa run`: serves the operator's own MASA over HTTPS, for registrars on other hosts. @module */
import { once } from 'node:events'
import { defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { masaOptions, ownMasa } from '../join/own-masa.ts'

export const command = defineCommand({
  name: 'masa run',
  summary: 'serve your own MASA to registrars on other hosts',
  effect: 'rw',
  isService: true,
  examples: [
    { line: 'vagus masa run --listen [::]:9443', does: 'until stopped; a controller with "join.masa" needs none' },
  ],
  options: {
    listen: { type: 'text', value: 'ADDR:PORT', default: '[::]:9443', description: 'where registrars reach it' },
    ...masaOptions,
  },
  async run(call) {
    const { values, terminal, signal } = call
    const masa = await ownMasa(call)
    const [{ serveMasa }, { endpointOf }] = await Promise.all([import('@vagus/bootstrap'), import('@vagus/device')])
    const { address: host, port } = endpointOf('--listen', values.listen)
    const say = (line: string): void => terminal.err(`${line}\n`)
    const server = await serveMasa(masa, {
      host,
      port,
      tell(event) {
        if (event.type === 'answered') say(`${event.from}: ${event.resource}`)
        else if (event.type === 'refused') say(`${event.from}: ${event.resource}: ${event.status}, ${event.problem}`)
        else say(`${event.resource}: ${String(event.error)}`)
      },
    }).catch((cause: NodeJS.ErrnoException) => {
      const problem = `cannot listen at ${values.listen}: ${cause.code ?? cause.message}`
      throw new Failure(exitCode.failed, problem, 'another place: --listen ADDR:PORT', cause)
    })
    say(`the MASA serves ${masa.devices.length} boxes at ${values.listen}`)
    if (!signal.aborted) await once(signal, 'abort')
    await server.close()
    return exitCode.ok
  },
})
