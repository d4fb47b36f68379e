/** An option in words, for help and manual page. @module */
import type { Option } from './option.ts'

/** ` (default 5m)`; empty where there is none to tell. */
export function defaultText(option: Option): string {
  if (option.type === 'flag' || option.default === undefined || option.default === '') return ''
  if (Array.isArray(option.default) && option.default.length === 0) return ''
  return ` (default ${Array.isArray(option.default) ? option.default.join(',') : String(option.default)})`
}
