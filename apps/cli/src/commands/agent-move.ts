/** `vagus agent move --to NETWORK`: announces a network change to a side-car of this host. @module */
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { Options } from '../option.ts'
import { sideCarOf, sideCarOption } from '../side-car.ts'

const options = {
  to: { type: 'text', value: 'NETWORK', description: 'interface, address or prefix to move to' },
  from: { type: 'text', value: 'NETWORK', description: 'network that goes away (default: every other)' },
  in: { type: 'duration', value: 'TIME', description: 'when it goes away (default: once the new one works)' },
  gap: {
    type: 'duration',
    value: 'TIME',
    description: 'how long nothing may get through, at most 60s (default: not at all)',
  },
  ...sideCarOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'agent move',
  summary: 'announce a network change to a local agent in advance',
  effect: 'rw',
  examples: [
    {
      line: 'vagus agent move --to wwan0 --side-car http://127.0.0.1:40000',
      does: 'moves the sessions, then returns',
    },
    { line: 'vagus agent move --from wlan0 --in 5s', does: 'wlan0 goes away in five seconds' },
    {
      line: 'vagus agent move --from wlan0 --in 5s --gap 2s',
      does: 'and nothing takes its place for two: peers expect that',
    },
  ],
  options,
  async run({ values, environment, terminal }: Call<typeof options>) {
    const { to, from, in: seconds, gap: pause } = values
    if (to === undefined && from === undefined) {
      throw new Failure(exitCode.usage, '"vagus agent move" needs --to or --from', 'such as --to wwan0')
    }
    const url = new URL(`${sideCarOf(values['side-car'] ?? environment['VAGUS_AGENTS_URL'])}/move`)
    const at = seconds === undefined ? undefined : Date.now() + seconds * 1000
    const gap = pause === undefined ? undefined : pause * 1000
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ to, from, at, gap }) }).catch(
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
