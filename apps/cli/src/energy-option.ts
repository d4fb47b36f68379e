/** `--energy`: which networks of this host are to sleep between packets. @module */
import { beatBounds, energyNames, type EnergyOptions, type Sleeper } from '@vagus/agent/energy-options'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'

export const energyOption = {
  energy: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: `let radios sleep: telemetry, bulk and keepalives wait for each other. ${energyNames.join(', ')}; NETWORK=lte for one interface or prefix; lte/100s: a keepalive every 100 s`,
  },
} as const satisfies Options

type Access = (typeof energyNames)[number]
const isAccess = (text: string | undefined): text is Access =>
  (energyNames as readonly (string | undefined)[]).includes(text)

const example = 'such as --energy battery, or --energy wlan0=wifi,wwan0=lte/100s'

/** By network; `undefined`: none is to sleep. @throws {Failure} usage */
export function energyOf(words: readonly string[]): EnergyOptions | undefined {
  if (words.length === 0) return undefined
  const pairs = words.map(pairOf)
  const twice = pairs.find(([network], at) => pairs.findIndex(([other]) => other === network) < at)
  if (twice !== undefined) {
    const what = twice[0] === '*' ? 'two for all networks' : `${twice[0]} twice`
    throw new Failure(exitCode.usage, `"--energy" names ${what}`, 'one for each network: --energy wlan0=wifi,wwan0=lte')
  }
  // What is named comes before what is for all.
  return Object.fromEntries(pairs.toSorted(([a], [b]) => Number(a === '*') - Number(b === '*')))
}

function pairOf(word: string): readonly [string, Sleeper] {
  const [, network = '*', name, beat] = /^(?:([^=]+)=)?(\w+)(?:\/(\d+)s)?$/.exec(word) ?? []
  if (!isAccess(name))
    throw new Failure(
      exitCode.usage,
      `"--energy" takes ${energyNames.join(', ')}, NETWORK=NAME or NAME/SECONDSs, got "${word}"`,
      example,
    )
  if (beat === undefined) return [network, { access: name }]
  const milliseconds = 1000 * Number(beat)
  const { least, most } = beatBounds
  if (milliseconds >= least && milliseconds <= most) return [network, { access: name, beat: milliseconds }]
  throw new Failure(exitCode.usage, `the beat of "${word}" must be ${least / 1000}s to ${most / 1000}s`, example)
}
