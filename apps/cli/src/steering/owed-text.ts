/** What of an ended approval agents have not released yet, in words. @module */
import type { Owed } from '@vagus/api/steering'
import { timeText } from '../format.ts'
import { printable } from '../table.ts'

/** `not released yet: 10.16.0.0/16 on tr-1 at pe-1, at the latest at 13:40:02Z`. @param now RFC 3339 */
export function owedText(owed: readonly Owed[], now: string): string {
  const parts = owed.map(({ prefix, link, device, until }) => {
    return `${prefix} on ${link} at ${device}, at the latest at ${timeText(until, now)}`
  })
  return printable(`not released yet: ${parts.join('; ')} (the controller asks again every few seconds)`)
}
