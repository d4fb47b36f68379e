/** `--energy`: which networks of this host are to sleep between packets. @module */
import { energyNames, type EnergyOptions } from '@vagus/agent/energy-options'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'

export const energyOption = {
  energy: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: `let radios sleep: telemetry, bulk and keepalives wait for each other. ${energyNames.join(', ')}, or NETWORK=NAME for an interface or prefix`,
  },
} as const satisfies Options

type Name = EnergyOptions[string]
const isName = (text: string): text is Name => (energyNames as readonly string[]).includes(text)

/** By network; `undefined`: none is to sleep. @throws {Failure} usage */
export function energyOf(words: readonly string[]): EnergyOptions | undefined {
  if (words.length === 0) return undefined
  const pairs = words.map((word): readonly [string, Name] => {
    const [network, name, ...more] = word.includes('=') ? word.split('=') : ['*', word]
    if (network !== undefined && network !== '' && name !== undefined && isName(name) && more.length === 0)
      return [network, name]
    throw new Failure(
      exitCode.usage,
      `"--energy" takes ${energyNames.join(', ')} or NETWORK=NAME, got "${word}"`,
      'such as --energy battery, or --energy wlan0=wifi,wwan0=lte',
    )
  })
  const twice = pairs.find(([network], at) => pairs.findIndex(([other]) => other === network) < at)
  if (twice !== undefined)
    throw new Failure(
      exitCode.usage,
      `"--energy" names ${twice[0] === '*' ? 'two for all networks' : `${twice[0]} twice`}`,
      'one for each network: --energy wlan0=wifi,wwan0=lte',
    )
  // What is named comes before what is for all.
  return Object.fromEntries(pairs.toSorted(([a], [b]) => Number(a === '*') - Number(b === '*')))
}
