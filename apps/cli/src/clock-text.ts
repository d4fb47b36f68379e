/** Exporters with wrong clocks, in words. @module */
import type { Exporter } from '@vagus/api'
import { durationText } from './format.ts'

export interface Clocked {
  /** Name of the device, or an address. */
  readonly name: string
  readonly clock: Exporter['clock']
}

/**
 * `pe-1 is 1h behind, pe-2 2m 05s ahead`; `undefined` when none is wrong. Each name appears once, with its worst clock.
 */
export function wrongClocks(all: readonly Clocked[]): string | undefined {
  const worst = new Map<string, number>()
  for (const { name, clock } of all) {
    if (!clock?.isWrong) continue
    if (Math.abs(clock.behindSeconds) > Math.abs(worst.get(name) ?? 0)) worst.set(name, clock.behindSeconds)
  }
  const said = [...worst].map(
    ([name, seconds], index) =>
      `${name} ${index === 0 ? 'is ' : ''}${durationText(Math.abs(seconds))} ${seconds > 0 ? 'behind' : 'ahead'}`,
  )
  return said.length === 0 ? undefined : said.join(', ')
}

/** The line below a table, or nothing. */
export function clockLines(all: readonly Clocked[], warn: (text: string) => string): readonly string[] {
  const found = wrongClocks(all)
  return found === undefined ? [] : [warn(`wrong clock: ${found}; times of flows are corrected`)]
}
