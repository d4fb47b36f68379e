/** Where at a device an intent holds. @module */
import type { LinkEnd, Places, Scope } from './intent.ts'

export interface DeviceFacts {
  readonly name: string
  /** Where the set does not say who has a role. `undefined`: not known, so that each such role counts as its own. */
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
    roles.some((role) => hasRole(role, places, device)) ||
    sites.some((site) => places.sites[site]?.includes(device.name))
  if (isWhole) return 'device'
  const names = [...links, ...borders.flatMap((border) => places.borders[border] ?? [])]
  const interfaces = new Set(
    endsOf(names, places).flatMap((end) => (end.device === device.name ? [end.interface] : [])),
  )
  return interfaces.size === 0 ? undefined : [...interfaces]
}

/** What the set says of a role goes before what the device knows: so all decide alike. */
function hasRole(role: string, { roles = {} }: Places, { name, roles: own }: DeviceFacts): boolean {
  return Object.hasOwn(roles, role) ? roles[role]!.includes(name) : (own?.includes(role) ?? true)
}

/** Whether one of the roles counts as the device's own only because nobody says who has it. */
export const isRoleUnknown = ({ roles = [] }: Scope, places: Places, device: DeviceFacts): boolean =>
  device.roles === undefined && roles.some((role) => !Object.hasOwn(places.roles ?? {}, role))

export const endsOf = (links: readonly string[], places: Places): readonly LinkEnd[] =>
  links.flatMap((name) => places.links[name] ?? [])

export const isAt = (where: Where, name: string): boolean => where === 'device' || where.includes(name)
