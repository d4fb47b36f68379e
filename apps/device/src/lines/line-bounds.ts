/** What the operator of this device allows to a controller that asks for parts of private lines. Pure. @module */
import { containsPrefix, formatPrefix, parsePrefix, type Prefix } from '@vagus/address'
import {
  type Decline,
  decline,
  type LineEnd,
  type LineHold,
  type LineOffer,
  type LineSteer,
} from '@vagus/grasp/objectives'
import { blockOf, locatorProblem, prefixOf } from './locator.ts'
import { mostPath } from './marks.ts'

export interface LinesAllowed {
  /** An IPv6 prefix of 32 bits, of locators and nothing else. */
  readonly block: string
  /** Interfaces to other routers that hold lines: parts of paths go over these, and over no others. */
  readonly links: readonly string[]
  /** Part of each link that lines may take together, 0..0.95. */
  readonly share: number
  /** Prefixes of the operator's sites: lines go from and to what is within, and nobody else's packets are moved. */
  readonly sites: readonly string[]
}

/** Bits per second; below, a class has no room for a packet of its own. */
const leastRate = 8000
const mostRate = 1e12
/** Milliseconds of the longest lease: a line of 31 days, and a minute for its end. */
const mostLease = 31 * 86_400_000 + 60_000
/** Interfaces that an operator may name. */
const mostLinks = 64
/** Prefixes of sites that an operator may name. */
const mostSites = 1000

/** @throws {RangeError} that says what would be right */
export function linesAllowed({ block, links, share, sites }: LinesAllowed): LinesAllowed {
  const bad = links.find((name) => !isInterface(name))
  if (bad !== undefined) throw new RangeError(`an interface of lines must be a name such as eth1, got "${bad}"`)
  if (links.length === 0 || links.length > mostLinks)
    throw new RangeError(`1..${mostLinks} interfaces hold lines, got ${links.length}`)
  if (!(share > 0 && share <= 0.95)) throw new RangeError(`lines may take 0..0.95 of a link, got ${share}`)
  if (sites.length === 0 || sites.length > mostSites)
    throw new RangeError(`sites have 1..${mostSites} prefixes, got ${sites.length}`)
  return { block: formatPrefix(blockOf(block)), links, share, sites: sites.map(siteOf) }
}

function siteOf(text: string): string {
  try {
    const prefix = parsePrefix(text)
    if (prefix.length > 0) return formatPrefix(prefix)
  } catch {
    // said below
  }
  throw new RangeError(`a site has prefixes such as 10.1.0.0/16 or 2001:db8:1::/48, got "${text}"`)
}

/** What is wrong with an offer, whatever this router can do; undefined when it may be thought about. */
export function boundsProblem({ number, part, leaseMs }: LineOffer, allowed: LinesAllowed): Decline | undefined {
  const problem =
    number > mostPath
      ? `path ${number}; at most ${mostPath} here`
      : part === null
        ? undefined
        : leaseMs < 1 || leaseMs > mostLease
          ? `a lease of ${leaseMs} ms; at most ${mostLease}`
          : part.type === 'hold'
            ? holdProblem(part, number, allowed)
            : steerProblem(part, number, allowed)
  return problem === undefined ? undefined : decline('POLICY', problem)
}

function holdProblem(
  { transmits, end, insteadOf }: LineHold,
  number: number,
  allowed: LinesAllowed,
): string | undefined {
  const block = blockOf(allowed.block)
  const names = transmits.map((one) => one.interface)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) return `a path leaves twice over ${twice}`
  if (insteadOf === number) return `path ${number} cannot take over itself`
  for (const { interface: name, towards, bitsPerSecond } of transmits) {
    if (!allowed.links.includes(name)) return `${name} is none of the links for lines, ${allowed.links.join(', ')}`
    if (bitsPerSecond < leastRate || bitsPerSecond > mostRate)
      return `a rate of ${bitsPerSecond} bit/s; ${leastRate}..${mostRate} can be held`
    const problem = locatorProblem(towards, number, block)
    if (problem !== undefined) return problem
  }
  return end === undefined ? undefined : endProblem(end, transmits, number, allowed)
}

function endProblem(
  { locator, remote, interface: name }: LineEnd,
  transmits: LineHold['transmits'],
  number: number,
  allowed: LinesAllowed,
): string | undefined {
  const block = blockOf(allowed.block)
  const problem = locatorProblem(locator, number, block) ?? locatorProblem(remote, number, block)
  if (problem !== undefined) return problem
  if (locator === remote) return `both ends of path ${number} are ${locator}`
  if (transmits.length !== 1 || transmits[0]?.towards !== remote)
    return `an end of path ${number} sends towards ${remote} alone`
  return siteProblem(name, allowed)
}

function steerProblem(part: LineSteer, number: number, allowed: LinesAllowed): string | undefined {
  const block = blockOf(allowed.block)
  const wrong = locatorProblem(part.remote, number, block) ?? siteProblem(part.interface, allowed)
  if (wrong !== undefined) return wrong
  for (const text of [...part.from, ...part.to]) {
    const prefix = prefixOf(text)
    if (prefix === undefined) return `${text} must be a prefix as routers print it, such as 192.0.2.0/24`
    if (prefix.length === 0) return `${text} is everything; a line goes from and to prefixes of sites`
    if (overlaps(prefix, block)) return `${text} is within the block of lines`
    if (!allowed.sites.some((site) => containsPrefix(parsePrefix(site), prefix)))
      return `${text} is within no prefix of sites that this router's operator allows`
  }
  const versions = (list: readonly string[]) => new Set(list.map((text) => text.includes(':')))
  const [from, to] = [versions(part.from), versions(part.to)]
  return [...from].some((version) => to.has(version))
    ? undefined
    : 'no prefix of "from" has the IP version of one of "to"'
}

/** Where customers are. What comes in there is kept out of the block, so no path may lead over it. */
function siteProblem(name: string, { links }: LinesAllowed): string | undefined {
  if (!isInterface(name)) return 'an interface must have a name such as eth1'
  return links.includes(name) ? `${name} is a link for lines, so no site is there` : undefined
}

const overlaps = (one: Prefix, other: Prefix): boolean => containsPrefix(one, other) || containsPrefix(other, one)
/** As the kernel takes names, less what would be other words to its tools. */
const isInterface = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,14}$/.test(name)

/** Selectors of a steer: two of the same are a line that moves. */
export const selectorKey = ({ interface: name, from, to }: LineSteer): string =>
  JSON.stringify([name, from.toSorted(), to.toSorted()])

/** Whether some packet counts for both. */
export function isContested(one: LineSteer, other: LineSteer): boolean {
  const meet = (some: readonly string[], others: readonly string[]) =>
    some.some((a) => others.some((b) => overlaps(prefixOf(a)!, prefixOf(b)!)))
  return one.interface === other.interface && meet(one.from, other.from) && meet(one.to, other.to)
}
