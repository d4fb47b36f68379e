/** `vagus netconf`: the agent of a router that runs no program of ours; AI agents ask and change it over NETCONF. @module */
import type { NetconfAgentOptions, TakeRefused } from '@vagus/device'
import type { RefusedCall } from '@vagus/sidecar'
import { type Call, defineCommand } from '../command.ts'
import { observedOf } from '../device-observing.ts'
import { serve, servingOf } from '../device-serving.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { withKeyring } from '../keyring-options.ts'
import { checkedNetconf, netconfOptions, type NetconfValues } from '../netconf-options.ts'
import { refusedCaller, refusedWords } from '../refused-call.ts'

type NetconfCall = Call<typeof netconfOptions>

export const command = defineCommand({
  name: 'netconf',
  summary: "be the agent of a vendor's router, over NETCONF",
  effect: 'rw',
  isService: true,
  memory: 'small',
  examples: [
    { line: 'vagus netconf -c /etc/vagus/edge-9.yaml', does: 'all options in a file: vagus cheat netconf' },
    { line: 'vagus netconf --router vagus@192.0.2.9 --name edge-9', does: 'AI agents of this host may ask it' },
    {
      line: 'vagus netconf --router edge-9 --configures /ietf-system:system/location',
      does: 'and change where it says that it is, for a while',
    },
    {
      line: 'vagus netconf -c edge-9.yaml --serve-to acme --api http://192.0.2.10:7600',
      does: 'agents of a fleet may, as its roster allows',
    },
  ],
  options: netconfOptions,
  async run(typed: NetconfCall) {
    const { terminal, signal: asked } = typed
    const [{ runNetconfAgent }, checked] = await Promise.all([import('@vagus/device'), checkedNetconf(typed)])
    const { values, router, configures, name, control } = checked
    const call = { ...typed, values }
    const report = (line: string): void => terminal.err(`${name}: ${line}\n`)
    // A part that fails ends the others: they would keep the process running, deaf to signals.
    const failed = new AbortController()
    const signal = AbortSignal.any([asked, failed.signal])
    const observed = await observedOf(call, name, report)
    try {
      let refused: TakeRefused | undefined
      const onRefused = (one: RefusedCall): void => refused?.(refusedCaller(one), refusedWords(one.call), one.because)
      const tools: NetconfAgentOptions['tools'] = { configures, alsoRefused: (take) => (refused = take) }
      const serving = await servedTo(call, { name, control, report })
      const agent = runNetconfAgent({ name, router, control, tools, report, ...observed.agent }, signal)
      const side = serving === undefined ? [] : [serve({ ...serving, ...observed.side, onRefused }, signal)]
      await Promise.all([agent, ...side])
    } catch (error) {
      if (error instanceof RangeError) throw new Failure(exitCode.usage, error.message, 'see: vagus netconf --help')
      throw error
    } finally {
      failed.abort()
      await observed.close()
    }
    return exitCode.ok
  },
})

/** The side-car that serves; undefined: none does. @throws {Failure} */
async function servedTo(
  call: Omit<NetconfCall, 'values'> & { readonly values: NetconfValues },
  own: { readonly name: string; readonly control: string; readonly report: (line: string) => void },
) {
  const { values, environment } = call
  const { 'serve-to': owner, api } = values
  if (owner === undefined) return undefined
  return withKeyring(call, (keyring) =>
    servingOf(owner, values, { keyring, steersAs: undefined, api, environment, ...own }),
  )
}
