/** Place of lines in the control state: a document for each, and one for each hour of its minutes. @module */
import { operator } from '@vagus/api/actor'
import type { LineMinute } from '@vagus/api/lines'
import type { ControlStore } from '@vagus/store'
import type { KeptLine, LineKeeper } from './line-book.ts'

const linePrefix = 'line/'
const countKey = 'line-count'
const minutesPrefix = (id: string): string => `line-minutes/${id}/`
/** Before agents ordered lines, one had no `by`. */
type Written = Omit<KeptLine, 'by'> & Partial<Pick<KeptLine, 'by'>>
/** A day. */
const maxHours = 24

export function lineKeeper(control: ControlStore, now: () => number): LineKeeper {
  const keysOf = (prefix: string): readonly string[] => control.keys().filter((key) => key.startsWith(prefix))
  const minutesIn = (key: string): readonly LineMinute[] =>
    (control.get(key)?.value as readonly LineMinute[] | undefined) ?? [] // what `keepMinute` wrote
  return {
    load: () =>
      keysOf(linePrefix)
        .flatMap((key) => {
          const kept = control.get(key)?.value as Written | undefined // what `keep` wrote
          return kept === undefined ? [] : [{ by: operator, ...kept }]
        })
        .sort((one, other) => numberOf(one.id) - numberOf(other.id)),
    keep: (line) => control.put(`${linePrefix}${line.id}`, line, now()),
    forget(id) {
      for (const key of keysOf(minutesPrefix(id))) control.delete(key)
      control.delete(`${linePrefix}${id}`)
    },
    nextId() {
      const last = control.get(countKey)?.value
      const number = typeof last === 'number' ? last + 1 : 1
      control.put(countKey, number, now())
      return `line-${number}`
    },
    minutesOf: (id) => keysOf(minutesPrefix(id)).flatMap(minutesIn),
    keepMinute(id, minute) {
      const key = `${minutesPrefix(id)}${minute.at.slice(0, 13)}` // so that they sort by time
      control.put(key, [...minutesIn(key), minute], now())
      for (const old of keysOf(minutesPrefix(id)).slice(0, -maxHours - 1)) control.delete(old)
    },
  }
}

const numberOf = (id: string): number => Number(id.slice('line-'.length))
