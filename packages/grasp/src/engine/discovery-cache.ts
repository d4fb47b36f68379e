/** What responses said: locators per objective (RFC 8990 §2.5.4.1), the responder's own first. @module */
import { isLinkLocalLocator, locatorKey } from '../locator.ts'
import type { Response } from '../message/message.ts'
import { grasp } from '../registry.ts'
import type { Discovered } from './effect.ts'
import type { Connection, Context } from './node.ts'

/** A ttl of 0 would stand for the default, so what ends within this time has ended. Milliseconds. */
const leastMs = 1

/** Valid locators of the objective, the default choice first. */
export function cachedLocators({ node, now }: Context, name: string): readonly Discovered[] {
  return (node.discovered.get(name, now) ?? []).filter(({ expiresAt }) => expiresAt >= now + leastMs)
}

/** Keeps what a response to our question said, and returns it. Link-local locators inside a divert are dropped (§2.9.5). */
export function learn(
  context: Context,
  name: string,
  response: Response,
  link: number | undefined,
): readonly Discovered[] {
  const { node, config, now } = context
  const expiresAt = now + (response.ttl === 0 ? grasp.responseTtlMs : response.ttl)
  const isDivert = response.option === 'divert'
  const learnt = response.locators
    .filter((locator) => !isDivert || !isLinkLocalLocator(locator))
    .map((locator): Discovered => {
      const from = isDivert ? 'divert' : 'responder'
      return { locator, expiresAt, from, ...(link === undefined ? {} : { interface: link }) }
    })
  const known = new Map(cachedLocators(context, name).map((one) => [locatorKey(one.locator), one]))
  for (const one of learnt) {
    const key = locatorKey(one.locator)
    const before = known.get(key)
    // What a responder says of itself outlives what others say of it.
    if (before?.from === 'responder' && one.from === 'divert') continue
    if (before !== undefined || known.size < config.limits.locatorsPerObjective) known.set(key, one)
  }
  const sorted = [...known.values()].sort((a, b) => Number(a.from === 'divert') - Number(b.from === 'divert'))
  if (sorted.length > 0) node.discovered.set(name, sorted, Math.max(...sorted.map((one) => one.expiresAt)))
  return learnt
}

/** Forgets what was learnt on an interface that went down. */
export const forgetInterface = (context: Context, link: number): void =>
  forget(context, (one) => one.interface === link)

/** Forgets locators of the objective that end within `ttlMs`, milliseconds. */
export const forgetEnding = (context: Context, name: string, ttlMs: number): void =>
  forget(context, ({ expiresAt }, objective) => objective === name && expiresAt < context.now + ttlMs)

/** Forgets the locator of a connection of ours that never came up: whatever was served there is gone. */
export function forgetUnreached(context: Context, connection: Connection | undefined): void {
  if (connection?.to === undefined || connection.waiting === undefined) return
  const { to, link } = connection
  const key = locatorKey(to)
  const isAnyLink = !isLinkLocalLocator(to)
  forget(context, (one) => locatorKey(one.locator) === key && (isAnyLink || one.interface === link))
}

function forget({ node, now }: Context, isGone: (one: Discovered, name: string) => boolean): void {
  for (const [name, locators] of Array.from(node.discovered.entries(now))) {
    const kept = locators.filter((one) => !isGone(one, name))
    if (kept.length === 0) node.discovered.delete(name)
    else if (kept.length < locators.length) {
      node.discovered.set(name, kept, Math.max(...kept.map((one) => one.expiresAt)))
    }
  }
}
