/** What is unusual, in a few words. Free of zod, so that the page can import it. @module */
import { countText, perSecondText, rateText, shareText } from './figures.ts'
import type { Unusual, UnusualExplanation, UnusualFinding } from './unusual.ts'

type Kind = UnusualFinding['kind']
type Subject = Pick<UnusualFinding, 'kind' | 'name'>

const subjects: Readonly<Record<Kind, (name: string) => string>> = {
  errors: (name) => `Errors at ${name}`,
  discards: (name) => `Discarded packets at ${name}`,
  resets: (name) => `Lost BGP sessions of ${name}`,
  prefixes: (name) => `Prefixes from ${name}`,
  messages: (name) => `BGP messages from ${name}`,
  sources: () => 'Addresses that send',
  destinations: () => 'Addresses that are sent to',
  flows: () => 'New flows',
  pair: (name) => `Traffic ${name}`,
  link: (name) => `Link ${name}`,
  export: (name) => `Flow records of ${name}`,
  application: (name) => `Share of ${name}`,
  ipv6: () => 'Share of IPv6',
}

/** `Traffic office → dc-east`. */
export const subjectText = ({ kind, name }: Subject): string => subjects[kind](name)

/** A value of its series: `41.2 Mb/s`, `12 %`, `340`. */
export function amountText(kind: Kind, value: number): string {
  if (kind === 'pair' || kind === 'link') return rateText(value)
  if (kind === 'application' || kind === 'ipv6') return shareText(Math.max(0, Math.min(1, value)))
  if (kind === 'flows' || kind === 'export') return `${perSecondText(value)}/s`
  return countText(value)
}

/** `41.2 Mb/s instead of 3.1 Mb/s`. */
export const insteadText = ({ kind, peak, expected }: Pick<UnusualFinding, 'kind' | 'peak' | 'expected'>): string =>
  `${amountText(kind, peak)} instead of ${amountText(kind, expected)}`

const bySet: Readonly<Record<UnusualExplanation['by'], string>> = {
  sites: '',
  application: '',
  pair: '',
  conversation: '',
  src: 'from ',
  dst: 'to ',
}

/** `10.1.0.9 → 10.2.0.4 (94 % of it)`; undefined where nothing stands out. */
export function becauseText(one: UnusualExplanation | undefined): string | undefined {
  if (one === undefined) return undefined
  const keys = one.items.map(({ key }) => key).join(', ')
  return `${bySet[one.by]}${keys} (${Math.round(one.part * 100)} % of it)`
}

/** Of all that was found, the ones worth a sentence: between which sites, and the fewest hosts. */
export function tellingOf(explained: Unusual['explained']): readonly UnusualExplanation[] {
  const sites = explained.find(({ by }) => by === 'sites')
  const hosts = explained.find(({ by }) => by !== 'sites' && by !== 'application')
  return [...(sites === undefined ? [] : [sites]), ...(hosts === undefined ? [] : [hosts])]
}
