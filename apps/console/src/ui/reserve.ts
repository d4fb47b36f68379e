/**
 * The heights that panels had, so that one which loads takes the place it will need and nothing below it jumps. Kept in
 * the browser; for the first time, and at another width, the lines of the skeleton have to do.
 * @module
 */
import { createContext } from 'preact'
import type { RefObject } from 'preact'
import { useContext, useLayoutEffect, useRef } from 'preact/hooks'
import { view } from '../state/route.ts'

const storageKey = 'vagus.heights'
/** Panels times widths that a browser shows; more than that begin anew. */
const maxHeights = 200

function stored(): Map<string, number> {
  try {
    const entries: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return new Map(Array.isArray(entries) ? (entries as [string, number][]) : [])
  } catch {
    return new Map()
  }
}

const heights = stored()

addEventListener('pagehide', () => {
  try {
    localStorage.setItem(storageKey, JSON.stringify(heights.size > maxHeights ? [] : [...heights]))
  } catch {
    // a browser that keeps nothing: then the skeletons have to do
  }
})

/** The title of the panel around. */
export const PanelTitle = createContext('')

/** Pixels that the panel around had when it last showed something on a page of this width; undefined: not known. */
export function useReserved(): { ref: RefObject<HTMLDivElement | null>; reserved: number | undefined } {
  const key = `${view.value.page} ${useContext(PanelTitle)} ${innerWidth}`
  const ref = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (ref.current === null) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.height > 0) heights.set(key, Math.round(entry.contentRect.height))
    })
    observer.observe(ref.current)
    return () => observer.disconnect()
  })
  return { ref, reserved: heights.get(key) }
}
