/**
 * What a plugin of Nagios, Icinga, Naemon, Sensu and others says: one line, with figures behind a bar, and an exit code.
 * @module
 */
import { printable } from '../table.ts'
import { isAlert, type Range } from './range.ts'

export const pluginExit = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const
export type PluginState = keyof typeof pluginExit

export interface Figure {
  /** Words of a-z, as in `silent`. */
  readonly label: string
  /** Null: not known. */
  readonly value: number | null
  readonly unit: '' | 's' | '%' | 'B' | 'c'
  readonly min?: number
  readonly max?: number
}

export interface Ranges {
  readonly warning: Range | undefined
  readonly critical: Range | undefined
}

/** By the ranges alone; a figure that is not known is UNKNOWN. */
export function stateIn({ value }: Figure, { warning, critical }: Ranges): PluginState {
  if (value === null) return 'UNKNOWN'
  if (critical !== undefined && isAlert(critical, value)) return 'CRITICAL'
  return warning !== undefined && isAlert(warning, value) ? 'WARNING' : 'OK'
}

/** The line, without its end. `figures`: the first is the one that the ranges are of. */
export function pluginLine(
  state: PluginState,
  text: string,
  figures: readonly Figure[] = [],
  ranges: Ranges = { warning: undefined, critical: undefined },
): string {
  const none = { warning: undefined, critical: undefined }
  const data = figures.map((figure, index) => figureText(figure, index === 0 ? ranges : none))
  return `${state} - ${plain(text)}${data.length === 0 ? '' : ` | ${data.join(' ')}`}`
}

function figureText({ label, value, unit, min, max }: Figure, { warning, critical }: Ranges): string {
  const shown = value === null ? 'U' : `${rounded(value)}${unit}`
  const parts = [shown, warning?.text ?? '', critical?.text ?? '', min ?? '', max ?? '']
  return `${label}=${parts.join(';').replace(/;+$/, '')}`
}

/** No exponent, which some readers do not take. */
const rounded = (value: number): string => String(Number(value.toFixed(3)))

/** A bar would begin figures, a line's end would end the answer, and other control characters are for no terminal and page. */
const plain = (text: string): string => printable(text.replaceAll(/\s+/g, ' ')).replaceAll('|', '/').trim()
