/** Which networks of this host are to sleep, and how their radios do. @module */
import { type AccessName, accessNames, accessProfiles } from '@vagus/channel/access-profile'

/**
 * By network: an interface, an address, a prefix, or `*` for all that lead out of this host. `battery`: by the name of the
 * interface, `wifi` for wlan0 and wlp3s0, `lte` for wwan0 and rmnet0, and others do not sleep.
 */
export type EnergyOptions = Readonly<Record<string, AccessName | 'battery'>>

export const energyNames = ['battery', ...accessNames] as const

/** The kind of access network behind an interface, by the names that Linux gives them; `undefined`: none that sleeps. */
export function accessOf(interfaceName: string): AccessName | undefined {
  if (/^wl/.test(interfaceName)) return 'wifi'
  return /^(ww|rmnet|ppp|ccmni)/.test(interfaceName) ? 'lte' : undefined
}

/** Milliseconds between beats where several networks sleep: the shortest. */
export const beatOf = (options: EnergyOptions): number =>
  Math.min(
    ...Object.values(options).map((name) => (name === 'battery' ? accessProfiles.wifi.beat : accessProfiles[name].beat)),
  )
