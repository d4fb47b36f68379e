/** Where at a device an intent holds. @module */
import type { LinkEnd, Places, Scope } from './intent.ts'

export interface DeviceFacts {
  readonly name: string
  /** In the owner's roster. `undefined`: the device does not know them, so that every role counts as one of its own. */
  readonly roles: readonly string[] | undefined
}

/** The whole device, or some of its interfaces. */
export type Where = 'device' | readonly string[]

/** `undefined`: the intent does not hold at the device. */
export function whereAt(scope: Scope, places: Places, device: DeviceFacts): Where | undefined {
  if (Object.keys(scope).length === 0) return 'device'
  const { devices = [], roles = [], sites = [], borders = [], links = [] } = scope
  const isWhole =
    devices.includes(device.name) ||
    roles.some((role) => device.roles?.includes(role) ?? true) ||
    sites.some((site) => places.sites[site]?.includes(device.name))
  if (isWhole) return 'device'
  const names = [...links, ...borders.flatMap((border) => places.borders[border] ?? [])]
  const interfaces = new Set(
    endsOf(names, places).flatMap((end) => (end.device === device.name ? [end.interface] : [])),
  )
  return interfaces.size === 0 ? undefined : [...interfaces]
}

export const endsOf = (links: readonly string[], places: Places): readonly LinkEnd[] =>
  links.flatMap((name) => places.links[name] ?? [])

export const isAt = (where: Where, name: string): boolean => where === 'device' || where.includes(name)
