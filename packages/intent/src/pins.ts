/** Pins: which of them contradict each other, and at which links a MED may drive a pinned prefix away. @module */
import { containsPrefix, parsePrefix } from '@vagus/address'
import type { Intent, Pin, Places } from './intent.ts'
import { endsOf } from './scope.ts'

export type PinIntent = Intent & { readonly goal: Pin }

export const isPin = (intent: Intent): intent is PinIntent => intent.goal.type === 'pin'

/** Both as routers print them. Traffic of one moves with the other where one contains the other. */
export function overlap(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [parsePrefix(one), parsePrefix(other)]
  return containsPrefix(a, b) || containsPrefix(b, a)
}

/** No link is left over which traffic of both may enter. */
export function contradict(one: Pin, other: Pin): boolean {
  if (!overlap(one.prefix, other.prefix)) return false
  if (one.enters === 'never') return other.enters === 'never' ? false : contradict(other, one)
  const isFree = (link: string): boolean =>
    other.enters === 'only' ? other.over.includes(link) : !other.over.includes(link)
  return !one.over.some(isFree)
}

/**
 * Those that one of a higher priority contradicts: they do not hold. Of two with one priority both do, so that nothing moves
 * the prefix at all.
 */
export function beatenOf(pins: readonly PinIntent[]): ReadonlySet<string> {
  const kept: PinIntent[] = []
  const beaten = new Set<string>()
  for (const pin of pins.toSorted((one, other) => other.priority - one.priority)) {
    const isBeaten = kept.some((one) => one.priority > pin.priority && contradict(one.goal, pin.goal))
    if (isBeaten) beaten.add(pin.name)
    else kept.push(pin)
  }
  return beaten
}

/**
 * Whether traffic of the pinned prefix must not enter there. Only there may a MED be raised, as this drives it away: from
 * anywhere else it could go where it must not. Borders tell which links that is; a link of none counts as one of all.
 */
export function barsEntry({ enters, over }: Pin, places: Places, device: string, name: string): boolean {
  const isThere = endsOf(over, places).some((end) => end.device === device && end.interface === name)
  return enters === 'never' ? isThere : !isThere
}

/** Whether raising a MED there could push traffic of the pinned prefix over a link that it must not enter. */
export function pushesAway(pin: Pin, places: Places, device: string, name: string): boolean {
  if (barsEntry(pin, places, device, name)) return false
  return pin.enters === 'only' || isBeside(pin.over, places, device, name)
}

/** Whether a border has both that interface and one of the links; without a border, nobody knows. */
function isBeside(links: readonly string[], places: Places, device: string, name: string): boolean {
  const borders = Object.values(places.borders)
  const isOf = (border: readonly string[]): boolean =>
    endsOf(border, places).some((end) => end.device === device && end.interface === name)
  return (
    links.some((link) => !borders.some((border) => border.includes(link))) ||
    borders.some((border) => isOf(border) && links.some((link) => border.includes(link)))
  )
}
