/** Reads what names in intents stand for. @module */
import { Members, RefusalError } from '@vagus/identity/statement'
import type { LinkEnd, Places } from './intent.ts'

/** Of a device, site, border or link as vagus.yaml names them: on one line, and no marks that turn the direction of text. */
export const placePattern = /^[^\p{Cc}\p{Cf}]{1,64}$/u
const interfacePattern = /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,63}$/

/** Names of each kind; a document of the size that is read has no room for more. */
const maxNames = 1024
/** Of a site, or with a role. */
const maxDevices = 256
const maxLinksOfBorder = 64

/** @throws {RefusalError} */
export function readPlaces(places: Members): Places {
  const links = named(places, 'links', (members, name) =>
    members.list(name, 2).map((end) => readEnd(new Members(end, `an end of link "${name}"`))),
  )
  const borders = named(places, 'borders', (members, name) =>
    members.texts(name, maxLinksOfBorder, placePattern, '"transit-a"'),
  )
  for (const [border, names] of Object.entries(borders))
    for (const name of names)
      if (!Object.hasOwn(links, name))
        throw new RefusalError('malformed', `border "${border}" has the link "${name}", which "links" has not`)
  for (const [name, ends] of Object.entries(links))
    if (ends.length === 0) throw new RefusalError('malformed', `link "${name}" must have one end at a device, or two`)
  const devicesOf = (members: Members, name: string): readonly string[] =>
    members.texts(name, maxDevices, placePattern, '"pe-1"')
  const sites = named(places, 'sites', devicesOf)
  return { ...(places.has('roles') ? { roles: named(places, 'roles', devicesOf) } : {}), sites, links, borders }
}

function named<Value>(
  places: Members,
  kind: string,
  read: (members: Members, name: string) => Value,
): Readonly<Record<string, Value>> {
  const members = places.object(kind)
  const names = Object.keys(members.except([]))
  if (names.length > maxNames)
    throw new RefusalError('limit', `"places" has ${names.length} ${kind}; at most ${maxNames} are read`)
  return Object.fromEntries(
    names.map((name) => {
      if (!placePattern.test(name))
        throw new RefusalError('malformed', `a name of "${kind}" must have 1..64 characters`)
      return [name, read(members, name)]
    }),
  )
}

const readEnd = (end: Members): LinkEnd => ({
  device: end.text('device', placePattern, '"pe-1"'),
  interface: end.text('interface', interfacePattern, '"eth1"'),
})

/** @throws {RefusalError} unless `places` has the name */
export function checkPlace(name: string, kind: string, among: Readonly<Record<string, unknown>>, where: string): void {
  if (!Object.hasOwn(among, name))
    throw new RefusalError('malformed', `${where} names "${name}", which "${kind}" of "places" has not`)
}
