/** `vagus agent move --to NETWORK`: tells a side-car of this host that the network will change, before it does. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'
import { sideCarOf, sideCarOption } from '../side-car.ts'

const options = {
  to: { type: 'text', value: 'NETWORK', description: 'interface, address or prefix that will be used' },
  from: { type: 'text', value: 'NETWORK', description: 'the one that goes (default: every other)' },
  in: { type: 'duration', value: 'TIME', description: 'when it goes (default: as soon as the new one carries)' },
  ...sideCarOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'agent move',
  summary: 'announce a network change to a local agent in advance',
  effect: 'rw',
  examples: [
    {
      line: 'vagus agent move --to wwan0 --side-car http://127.0.0.1:40000',
      does: 'sessions go there, then it returns',
    },
    { line: 'vagus agent move --from wlan0 --in 5s', does: 'that one goes in five seconds' },
  ],
  options,
  async run({ values, environment, terminal }: Call<typeof options>) {
    const { to, from, in: seconds } = values
    if (to === undefined && from === undefined) {
      throw new Failure(exitCode.usage, '"vagus agent move" needs --to or --from', 'such as --to wwan0')
    }
    const url = new URL(`${sideCarOf(values['side-car'] ?? environment['VAGUS_AGENTS_URL'])}/move`)
    const at = seconds === undefined ? undefined : Date.now() + seconds * 1000
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ to, from, at }) }).catch(
      (error: unknown) => {
        throw new Failure(exitCode.unreachable, `no side-car answers at ${url.href}`, 'vagus run --help', error)
      },
    )
    if (!response.ok) {
      const { detail } = (await response.json().catch(() => ({}))) as { readonly detail?: string }
      throw new Failure(exitCode.failed, detail ?? `${url.href} answered ${response.status}`, 'vagus agent move --help')
    }
    terminal.out(`moved${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}\n`)
    return exitCode.ok
  },
})
