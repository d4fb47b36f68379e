/**
 * Faults that a lab can be given, and the words for them on the command line.
 * @module
 */
import { LabError } from './errors.ts'

/** `forSeconds`: undone by itself after so many seconds; absent: it stays until undone. */
export type Fault =
  | { readonly kind: 'link-down'; readonly link: string; readonly forSeconds?: number }
  | { readonly kind: 'link-up'; readonly link: string }
  | { readonly kind: 'stop-exporter'; readonly node: string; readonly forSeconds?: number }
  | { readonly kind: 'start-exporter'; readonly node: string }
  | { readonly kind: 'kill'; readonly program: 'controller'; readonly forSeconds?: number }
  | { readonly kind: 'restart'; readonly program: 'controller' }
  | { readonly kind: 'fill-disk'; readonly forSeconds?: number }
  | { readonly kind: 'free-disk' }

/** Every fault: its words, whether it takes `--for`, and what it does; the command line's help prints this. */
export const faultForms = [
  { words: 'link-down LINK', duration: 'for', meaning: 'unplug a link at both ends, such as pe-1-p-1' },
  { words: 'link-up LINK', duration: 'none', meaning: 'plug it in again' },
  { words: 'stop-exporter ROUTER', duration: 'for', meaning: 'end the flow exporters of a router' },
  { words: 'start-exporter ROUTER', duration: 'none', meaning: 'start them again' },
  { words: 'kill controller', duration: 'for', meaning: 'kill -9 the controller' },
  { words: 'restart controller', duration: 'none', meaning: 'start it again' },
  { words: 'fill-disk', duration: 'for', meaning: "fill the file system of the controller's home" },
  { words: 'free-disk', duration: 'none', meaning: 'free it again' },
] as const

/**
 * The fault that the words after `vagus lab fault` name; `duration` is the value of `--for`, such as `10s`.
 * Throws `LabError` `usage`.
 */
export function faultOf(words: readonly string[], duration?: string): Fault {
  const [kind = '', object] = words
  const form = faultForms.find(({ words: form }) => form.split(' ')[0] === kind)
  if (form === undefined) throw new LabError('usage', `no fault "${kind}"; there are: ${kinds.join(', ')}`)
  const wanted = form.words.split(' ').length
  if (words.length !== wanted) throw new LabError('usage', `"${words.join(' ')}" should be: ${form.words}`)
  if (duration !== undefined && form.duration === 'none')
    throw new LabError('usage', `${kind} takes no --for: nothing is left to undo`)
  const forSeconds = duration === undefined ? {} : { forSeconds: secondsOf(duration) }
  switch (form.words) {
    case 'link-down LINK':
      return { kind: 'link-down', link: object!, ...forSeconds }
    case 'link-up LINK':
      return { kind: 'link-up', link: object! }
    case 'stop-exporter ROUTER':
      return { kind: 'stop-exporter', node: object!, ...forSeconds }
    case 'start-exporter ROUTER':
      return { kind: 'start-exporter', node: object! }
    case 'kill controller':
      return { kind: 'kill', program: controllerOf(object!), ...forSeconds }
    case 'restart controller':
      return { kind: 'restart', program: controllerOf(object!) }
    case 'fill-disk':
      return { kind: 'fill-disk', ...forSeconds }
    case 'free-disk':
      return { kind: 'free-disk' }
  }
}

const kinds = faultForms.map(({ words }) => words.split(' ')[0]!)

function controllerOf(program: string): 'controller' {
  if (program !== 'controller') throw new LabError('usage', `cannot kill "${program}"; only: controller`)
  return program
}

const secondsPer = { s: 1, m: 60, h: 3600 } as const

function secondsOf(duration: string): number {
  const match = /^(\d+)([smh])$/.exec(duration)
  if (match === null) throw new LabError('usage', `"${duration}" is no duration; write it as 10s, 5m or 1h`)
  return Number(match[1]) * secondsPer[match[2] as 's' | 'm' | 'h']
}
