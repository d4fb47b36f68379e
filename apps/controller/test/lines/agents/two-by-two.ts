/** The diamond with two sites at each end, so that there are four pairs of sites for lines. */
import type { Config } from '@vagus/api'
import { diamond } from '../diamond.ts'

export const eastern = ['dc-east', 'office'] as const
export const western = ['dc-west', 'factory'] as const

export function twoByTwo(): Config {
  const { devices, sites, ...config } = diamond()
  const more = { r1: 'office', r4: 'factory' } as Readonly<Record<string, string>>
  return {
    ...config,
    devices: devices.map((device) => {
      const site = more[device.name]
      if (site === undefined) return device
      return { ...device, interfaces: [...device.interfaces, { name: 'eth9', index: 9, site }] }
    }),
    sites: [
      ...sites,
      { name: 'office', kind: 'site', prefixes: ['10.3.0.0/16'] },
      { name: 'factory', kind: 'site', prefixes: ['10.4.0.0/16'] },
    ],
  }
}
