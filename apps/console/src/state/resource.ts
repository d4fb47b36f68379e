/**
 * Resources of the API that are asked for again and again as long as a panel shows them. Panels that name the same
 * path share one request. After a failure the last data stay, with the failure beside them.
 * @module
 */
import type { Signal } from '@preact/signals'
import { effect, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { paused, unreachable } from './live.ts'
import type { FailureKind } from './request.ts'
import { getJson, RequestError, signedOut } from './request.ts'

interface Failure {
  /** `missing`: the controller is older than this page, or what was named is gone. */
  readonly kind: FailureKind
  readonly text: string
}

interface Reading<Data> {
  readonly data: Data | undefined
  /** Why the last request failed; the data are from before. */
  readonly failure: Failure | undefined
}

const nothingYet: Reading<never> = { data: undefined, failure: undefined }

interface Entry {
  readonly path: string
  readonly reading: Signal<Reading<unknown>>
  users: number
  everyMilliseconds: number
  timer: ReturnType<typeof setTimeout> | undefined
  asking: boolean
}

/** Windows times panels times links that one may look at in a session; the longest unused goes first. */
const maxEntries = 64
const entries = new Map<string, Entry>()

/** Asks for what every page needs, before any panel asks for something else, as long as the page lives. */
export function keepAsking(path: string, everyMilliseconds: number): void {
  const entry = entryOf(path)
  entry.users++
  entry.everyMilliseconds = everyMilliseconds
  void ask(entry)
}

/** What every page shows: while the controller is away, this alone is asked for, until it answers. */
export const probe = '/v1/status'
/** Waits between probes grow up to this. */
const maxProbeWait = 10_000
let probeWait = 0

/** Of one that nobody looks at any more, nothing: whoever comes back asks again. */
const noteFailure = (entry: Entry, failure: Failure): void => {
  if (entry.users > 0) entry.reading.value = { data: entry.reading.peek().data, failure }
}

async function ask(entry: Entry): Promise<void> {
  clearTimeout(entry.timer)
  if (entry.asking || entry.users === 0 || paused.peek() || document.hidden) return
  const away = unreachable.peek()
  if (away !== undefined && entry.path !== probe) {
    noteFailure(entry, { kind: 'unreachable', text: away })
    return
  }
  entry.asking = true
  try {
    const data = await getJson(entry.path)
    entry.reading.value = { data, failure: undefined }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const kind = error instanceof RequestError ? error.kind : 'unreachable'
    if (kind === 'unreachable') unreachable.value = text
    noteFailure(entry, { kind, text })
  }
  entry.asking = false
  if (entry.users > 0) entry.timer = setTimeout(() => void ask(entry), waitOf(entry))
}

function waitOf({ path, everyMilliseconds }: Entry): number {
  if (path !== probe) return everyMilliseconds
  probeWait =
    unreachable.peek() === undefined ? 0 : Math.min(maxProbeWait, Math.max(everyMilliseconds, probeWait * 1.5))
  return Math.max(everyMilliseconds, probeWait)
}

/** Asks at once for everything that is on the screen. */
export function refresh(): void {
  for (const entry of entries.values()) if (entry.users > 0) void ask(entry)
}

effect(() => {
  if (!paused.value) refresh()
})
// no panel waits for its turn when the controller is back, or somebody signs in, in another tab
effect(() => {
  if (unreachable.value === undefined && !signedOut.value) refresh()
})
/** How often all was forgotten: what a panel has of before is not shown either. */
let era = 0
const forget = (): void => {
  era++
  for (const { reading } of entries.values()) reading.value = nothingYet
}
effect(() => {
  if (signedOut.value) forget()
})
// who comes back to the page by a step back may be signed out meanwhile
addEventListener('pagehide', forget)
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return
  paused.value = false // nothing is left that a pause would hold
  refresh()
})
document.addEventListener('visibilitychange', refresh)

function entryOf(path: string): Entry {
  const known = entries.get(path)
  if (known !== undefined) {
    // moved to the end: a Map keeps the order in which keys came
    entries.delete(path)
    entries.set(path, known)
    return known
  }
  for (const [other, { users }] of entries) {
    if (entries.size < maxEntries) break
    if (users === 0) entries.delete(other)
  }
  const entry: Entry = {
    path,
    reading: signal(nothingYet),
    users: 0,
    everyMilliseconds: 0,
    timer: undefined,
    asking: false,
  }
  entries.set(path, entry)
  return entry
}

/** What a panel has of a resource. `previous`: the data are those of the path before, until the new ones come. */
export interface Shown<Data> extends Reading<Data> {
  readonly previous: boolean
}

/** The resource at `path`, asked for again `everyMilliseconds`; `undefined` asks for nothing. */
export function useResource<Data>(path: string | undefined, everyMilliseconds: number): Shown<Data> {
  const last = useRef<{ readonly data: Data; readonly era: number } | undefined>(undefined)
  useEffect(() => {
    if (path === undefined) return undefined
    const entry = entryOf(path)
    entry.users++
    entry.everyMilliseconds = everyMilliseconds
    void ask(entry)
    return () => {
      entry.users--
      if (entry.users > 0) return
      clearTimeout(entry.timer)
      // whoever comes back must not read why it failed long ago
      entry.reading.value = { data: entry.reading.peek().data, failure: undefined }
    }
  }, [path, everyMilliseconds])
  if (path === undefined) return { ...nothingYet, previous: false }
  const reading = entryOf(path).reading.value as Reading<Data>
  if (reading.data !== undefined) {
    last.current = { data: reading.data, era }
    return { ...reading, previous: false }
  }
  // what was asked for is refused: data of something else would pass for it
  if (reading.failure !== undefined || last.current?.era !== era) last.current = undefined
  return { ...reading, data: last.current?.data, previous: last.current !== undefined }
}
