/** Which networks of this host are to sleep, and how their radios do. @module */
import { type AccessName, accessNames, type AccessProfile, accessProfiles } from '@vagus/channel/access-profile'

export interface Sleeper {
  /**
   * The kind of its access network, or a profile of its own. `battery`: by the name of the interface, `wifi` for wlan0 and
   * wlp3s0, `lte` for wwan0 and rmnet0; others do not sleep.
   */
  readonly access: AccessName | 'battery' | AccessProfile
  /** Milliseconds between beats, instead of the profile's: as long as NATs on the way keep a binding. */
  readonly beat?: number
}

/** By network: an interface, an address, a prefix, or `*` for all that lead out of this host. The first that fits counts. */
export type EnergyOptions = Readonly<Record<string, Sleeper>>

export const energyNames = ['battery', ...accessNames] as const
/** Milliseconds. A session in which nothing comes for 120 s ends. */
export const beatBounds = { least: 5000, most: 100_000 } as const

/** The kind of access network behind an interface, by the names that Linux gives them; `undefined`: none that sleeps. */
export function accessOf(interfaceName: string): AccessName | undefined {
  if (interfaceName.startsWith('wl')) return 'wifi'
  return /^(ww|rmnet|ppp|ccmni)/.test(interfaceName) ? 'lte' : undefined
}

/** @throws {RangeError} if its beat is out of bounds */
export function profileOf({ access, beat }: Sleeper, interfaceName: string | undefined): AccessProfile | undefined {
  const name = access === 'battery' ? interfaceName && accessOf(interfaceName) : access
  if (name === undefined || name === '') return undefined
  const profile = typeof name === 'string' ? accessProfiles[name] : name
  return { ...profile, beat: checkedBeat(beat ?? profile.beat) }
}

function checkedBeat(beat: number): number {
  const { least, most } = beatBounds
  if (beat >= least && beat <= most) return beat
  throw new RangeError(`the beat must be ${least}..${most} ms, got ${beat}`)
}

/** At once, and not when a session first goes over such a network. @throws {RangeError} as it says */
export function checkEnergy(options: EnergyOptions): void {
  const all = Object.values(options)
  if (all.length === 0) throw new RangeError('"energy" names no network: leave it out where no radio sleeps')
  for (const { access, beat } of all) checkedBeat(beat ?? (typeof access === 'string' ? beatBounds.least : access.beat))
}

/** Milliseconds between beats of the host, where several networks sleep: the shortest. */
export const beatOf = (options: EnergyOptions): number =>
  Math.min(
    ...Object.values(options).map(({ access, beat }) => {
      const profile = typeof access === 'string' ? accessProfiles[access === 'battery' ? 'wifi' : access] : access
      return beat ?? profile.beat
    }),
  )
