/**
 * What a person set for this browser: theme and clock. Kept in its local storage where that is allowed.
 * @module
 */
import { computed, effect, signal } from '@preact/signals'
import type { Clock } from '../figures/clock.ts'

export const themes = ['light', 'dark', 'auto'] as const
export type Theme = (typeof themes)[number]

function stored<Value extends string>(key: string, values: readonly Value[], otherwise: Value): Value {
  try {
    const text = localStorage.getItem(`vagus.${key}`)
    return values.find((value) => value === text) ?? otherwise
  } catch {
    return otherwise
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`vagus.${key}`, value)
  } catch {
    // storage is forbidden or full: it holds for this page only
  }
}

export const theme = signal<Theme>(stored('theme', themes, 'auto'))
export const clock = signal<Clock>(stored('clock', ['utc', 'local'], 'utc'))

const prefersDark = matchMedia('(prefers-color-scheme: dark)')
const systemTheme = signal<'light' | 'dark'>(prefersDark.matches ? 'dark' : 'light')
prefersDark.addEventListener('change', ({ matches }) => (systemTheme.value = matches ? 'dark' : 'light'))

/** The theme in effect: canvases are drawn again when it changes. */
export const paint = computed(() => (theme.value === 'auto' ? systemTheme.value : theme.value))

effect(() => {
  if (theme.value === 'auto') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme.value
  keep('theme', theme.value)
})
effect(() => keep('clock', clock.value))
