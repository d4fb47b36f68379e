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
/** What `keepMinute` writes. */
type Minutes = readonly LineMinute[]
/** A day. */
const maxHours = 24

export function lineKeeper(control: ControlStore, now: () => number): LineKeeper {
  return {
    load: () =>
      (control.values(linePrefix) as readonly Written[]) // what `keep` wrote
        .map((kept) => ({ by: operator, ...kept }))
        .sort((one, other) => numberOf(one.id) - numberOf(other.id)),
    keep: (line) => control.put(`${linePrefix}${line.id}`, line, now()),
    forget(id) {
      for (const key of control.keys(minutesPrefix(id))) control.delete(key)
      control.delete(`${linePrefix}${id}`)
    },
    nextId() {
      const last = control.get(countKey)?.value
      const number = typeof last === 'number' ? last + 1 : 1
      control.put(countKey, number, now())
      return `line-${number}`
    },
    minutesOf: (id) => (control.values(minutesPrefix(id)) as readonly Minutes[]).flat(),
    keepMinute(id, minute) {
      const key = `${minutesPrefix(id)}${minute.at.slice(0, 13)}` // so that they sort by time
      const before = (control.get(key)?.value as Minutes | undefined) ?? []
      control.put(key, [...before, minute], now())
      for (const old of control.keys(minutesPrefix(id)).slice(0, -maxHours - 1)) control.delete(old)
    },
  }
}

const numberOf = (id: string): number => Number(id.slice('line-'.length))
