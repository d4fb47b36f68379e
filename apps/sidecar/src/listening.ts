/**
 * The sockets of an agent. Where the kernel may choose the port, the one of the last time is asked for first: peers that
 * still have the old document then find the agent where it was.
 * @module
 */
import type { Locator } from '@vagus/identity'

/** `listen` with ports of before in place of 0. */
export function withLastPorts(listen: readonly string[], locators: readonly Locator[]): readonly string[] {
  // What is published as "wan" has ports of a proxy or a router.
  const before = locators.filter(({ network }) => network !== 'wan').flatMap(({ addresses }) => addresses)
  return listen.map((uri) => {
    const [, scheme] = /^([a-z]+:\/\/).*:0$/.exec(uri) ?? []
    const [, port] =
      scheme === undefined ? [] : (/:(\d+)$/.exec(before.find((each) => each.startsWith(scheme)) ?? '') ?? [])
    return port === undefined ? uri : uri.replace(/:0$/, `:${port}`)
  })
}
