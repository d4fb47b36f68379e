/** GRASP from the command line: its interfaces and its mode. @module */
import { type Grasp, GraspError, openGrasp, readInterfaces, textOf } from '@vagus/asa'
import { isLinkLocal, type Locator } from '@vagus/grasp'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import type { LinkValues } from './options.ts'

/** The command to type when no interface can be used. */
export const showAddresses = 'ip -6 address show scope link'

/**
 * Returns what `use` returns for the links, then closes them: their sockets would keep the process running.
 * @throws {Failure} without an interface, or when an objective cannot be sent as typed
 */
export async function withLinks<Result>(
  values: LinkValues,
  objectives: readonly string[],
  report: (line: string) => void,
  use: (links: readonly Grasp[]) => Promise<Result>,
): Promise<Result> {
  const opened = await Promise.allSettled(openLinks(values, objectives, report))
  const links = opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  try {
    for (const one of opened) if (one.status === 'rejected') throw one.reason
    return await use(links)
  } catch (error) {
    if (!(error instanceof GraspError) || error.code !== 'CBORfail') throw error
    throw new Failure(exitCode.usage, error.problem ?? error.message, '', error)
  } finally {
    await Promise.all(links.map((grasp) => grasp.close()))
  }
}

/** One instance on each link (DULL, RFC 8990 §2.5.2), or one on all (plain). @throws {Failure} without an interface */
function openLinks(
  values: LinkValues,
  objectives: readonly string[],
  report: (line: string) => void,
): readonly Promise<Grasp>[] {
  const names = [...readInterfaces(values.interface).keys()]
  const missing = values.interface?.find((name) => !names.includes(name))
  if (missing !== undefined || names.length === 0) {
    const exit = missing === undefined ? exitCode.unreachable : exitCode.usage
    const what = missing === undefined ? 'no interface here has a' : `"${missing}" has no`
    throw new Failure(exit, `${what} link-local IPv6 address`, showAddresses)
  }
  if (values.plain) return [openGrasp({ mode: 'plain', interfaces: names, report })]
  return names.map((name) => openGrasp({ mode: 'dull', interface: name, objectives, report }))
}

/** `[fe80::1%eth0]:7017`, `192.0.2.1:443`, a name or a URI; `zone` is the interface. */
export function locatorText(locator: Locator, zone: string | undefined): string {
  if (locator.type === 'uri') return locator.uri
  if (locator.type === 'fqdn') return `${locator.name}:${locator.port}`
  const { address, port } = locator
  if (locator.type === 'ipv4') return `${textOf(address)}:${port}`
  return `[${textOf(address, isLinkLocal(address) ? zone : undefined)}]:${port}`
}
