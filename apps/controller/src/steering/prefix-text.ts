/** Prefixes as text, so that those of the configuration and of agents compare. @module */
import { formatPrefix, parsePrefix } from '@vagus/address'

/** As `formatPrefix` writes it; text that is no prefix stays as it is. */
export function prefixTextOf(text: string): string {
  try {
    return formatPrefix(parsePrefix(text))
  } catch {
    return text
  }
}
