/**
 * The width of an element as it is laid out, and as it changes.
 * @module
 */
import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Pixels; 0 until it is laid out. */
export function useWidth<Kind extends HTMLElement>(): { ref: RefObject<Kind | null>; width: number } {
  const ref = useRef<Kind>(null)
  const width = useSignal(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return undefined
    width.value = element.clientWidth
    const observer = new ResizeObserver(() => (width.value = element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { ref, width: width.value }
}
