/**
 * Indices of interfaces that `vagus.yaml` does not give: routers tell them by name. They outlive the process, so that flow
 * records that come before the first answer are understood. Pure.
 * @module
 */
import type { Config } from '@vagus/api'

/** By the name of the device, by the name of its interface. */
export type LearnedIndices = ReadonlyMap<string, ReadonlyMap<string, number>>

/** The configuration with the indices that are known; others stay 0, which is no interface's. */
export function withIndices(config: Config, learned: LearnedIndices): Config {
  return {
    ...config,
    devices: config.devices.map((device) => {
      const known = learned.get(device.name)
      if (known === undefined || device.interfaces.every(({ index }) => index !== 0)) return device
      const given = new Set(device.interfaces.map(({ index }) => index))
      const interfaces = device.interfaces.map((one) => {
        const index = one.index === 0 ? (known.get(one.name) ?? 0) : one.index
        // An index that was written down for another interface is not told twice.
        return one.index === 0 && !given.has(index) ? { ...one, index } : one
      })
      return { ...device, interfaces }
    }),
  }
}

/** Those of interfaces without an index in `config`, as they are kept. */
export function neededOf({ devices }: Config, learned: LearnedIndices): LearnedIndices {
  return new Map(
    devices.flatMap(({ name, interfaces }) => {
      const known = learned.get(name)
      const needed = interfaces.flatMap((one): readonly (readonly [string, number])[] => {
        const index = one.index === 0 ? known?.get(one.name) : undefined
        return index === undefined ? [] : [[one.name, index]]
      })
      return needed.length === 0 ? [] : [[name, new Map(needed)] as const]
    }),
  )
}

type Kept = readonly (readonly [string, readonly (readonly [string, number])[]])[]

export const keptForm = (learned: LearnedIndices): Kept => [...learned].map(([name, of]) => [name, [...of]] as const)

export const fromKept = (kept: unknown): LearnedIndices =>
  new Map(((kept as Kept | undefined) ?? []).map(([name, of]) => [name, new Map(of)])) // sound: written by keptForm
