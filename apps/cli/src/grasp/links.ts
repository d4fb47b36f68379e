/** GRASP from the command line: which interfaces, and under which rules. @module */
import { type Grasp, openGrasp, readInterfaces, textOf } from '@vagus/asa'
import { isLinkLocal, type Locator } from '@vagus/grasp'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { LinkValues } from './options.ts'

/** One instance on each link (DULL, RFC 8990 §2.5.2), or one on all (plain). @throws {Failure} without an interface */
export async function openLinks(
  values: LinkValues,
  objectives: readonly string[],
  report: (line: string) => void,
): Promise<readonly Grasp[]> {
  const names = [...readInterfaces(values.interface).keys()]
  const missing = values.interface?.find((name) => !names.includes(name))
  if (missing !== undefined || names.length === 0) {
    const what = missing === undefined ? 'no interface here' : `"${missing}"`
    const exit = missing === undefined ? exitCode.unreachable : exitCode.usage
    throw new Failure(exit, `${what} has no link-local IPv6 address`, 'ip -6 address show scope link')
  }
  if (values.plain) return [await openGrasp({ mode: 'plain', interfaces: names, report })]
  return Promise.all(names.map((name) => openGrasp({ mode: 'dull', interface: name, objectives, report })))
}

/** `[fe80::1%eth0]:7017`, `192.0.2.1:443`, a name or a URI; `zone` is the interface. */
export function locatorText(locator: Locator, zone: string | undefined): string {
  if (locator.type === 'uri') return locator.uri
  if (locator.type === 'fqdn') return `${locator.name}:${locator.port}`
  const { address, port } = locator
  if (locator.type === 'ipv4') return `${textOf(address)}:${port}`
  return `[${textOf(address, isLinkLocal(address) ? zone : undefined)}]:${port}`
}
