/**
 * Faults that a lab can be given, and the words for them on the command line.
 * @module
 */
import { LabError } from './errors.ts'

/** `forSeconds`: undone by itself after this time; absent: it stays until undone. */
export type Fault =
  | { readonly kind: 'link-down'; readonly link: string; readonly forSeconds?: number }
  | { readonly kind: 'link-up'; readonly link: string }
  | { readonly kind: 'stop-exporter'; readonly node: string; readonly forSeconds?: number }
  | { readonly kind: 'start-exporter'; readonly node: string }
  | { readonly kind: 'kill'; readonly program: string; readonly forSeconds?: number }
  | { readonly kind: 'restart'; readonly program: string }
  | { readonly kind: 'fill-disk'; readonly forSeconds?: number }
  | { readonly kind: 'free-disk' }

interface FaultForm {
  /** As typed, with capitals in place of names. */
  readonly words: string
  /** Whether it takes `--for`. */
  readonly duration: 'for' | 'none'
  readonly meaning: string
}

type Lasting = { readonly forSeconds?: number }

const forms: Readonly<
  Record<Fault['kind'], FaultForm & { readonly fault: (object: string, lasting: Lasting) => Fault }>
> = {
  'link-down': {
    words: 'link-down LINK',
    duration: 'for',
    meaning: 'unplug a link at both ends, such as pe-1-p-1',
    fault: (link, lasting) => ({ kind: 'link-down', link, ...lasting }),
  },
  'link-up': {
    words: 'link-up LINK',
    duration: 'none',
    meaning: 'plug it in again',
    fault: (link) => ({ kind: 'link-up', link }),
  },
  'stop-exporter': {
    words: 'stop-exporter ROUTER',
    duration: 'for',
    meaning: 'end the flow exporters of a router',
    fault: (node, lasting) => ({ kind: 'stop-exporter', node, ...lasting }),
  },
  'start-exporter': {
    words: 'start-exporter ROUTER',
    duration: 'none',
    meaning: 'start them again',
    fault: (node) => ({ kind: 'start-exporter', node }),
  },
  kill: {
    words: 'kill PROGRAM',
    duration: 'for',
    meaning: 'kill -9 the controller, the side-car of an agent, or the agent beside a router, such as pe-1.device',
    fault: (program, lasting) => ({ kind: 'kill', program, ...lasting }),
  },
  restart: {
    words: 'restart PROGRAM',
    duration: 'none',
    meaning: 'start it again',
    fault: (program) => ({ kind: 'restart', program }),
  },
  'fill-disk': {
    words: 'fill-disk',
    duration: 'for',
    meaning: "leave no room on the file system of the controller's home",
    fault: (_, lasting) => ({ kind: 'fill-disk', ...lasting }),
  },
  'free-disk': {
    words: 'free-disk',
    duration: 'none',
    meaning: 'give it room again',
    fault: () => ({ kind: 'free-disk' }),
  },
}

/** Where to find the names for a word in capitals. */
const namesOf = {
  LINK: 'vagus link ls',
  ROUTER: 'vagus device ls',
  PROGRAM: 'controller, an agent of vagus lab ls, or ROUTER.device',
} as const

/** All faults, for help. */
export const faultForms: readonly FaultForm[] = Object.values(forms).map(({ words, duration, meaning }) => {
  return { words, duration, meaning }
})

/**
 * The fault that the words after `vagus lab fault` name; `forSeconds` is the value of `--for`.
 * Throws `LabError` `usage`.
 */
export function faultOf(words: readonly string[], forSeconds?: number): Fault {
  const [kind = '', object = ''] = words
  if (!Object.hasOwn(forms, kind)) {
    throw new LabError('usage', `there is no fault "${kind}"; there are ${Object.keys(forms).join(', ')}`)
  }
  const form = forms[kind as Fault['kind']]
  const [, name] = form.words.split(' ')
  if (words.length !== form.words.split(' ').length) {
    const names =
      name === undefined ? 'see: vagus lab fault --help' : `the names: ${namesOf[name as keyof typeof namesOf]}`
    throw new LabError('usage', `"${words.join(' ')}" should be: ${form.words}; ${names}`)
  }
  if (forSeconds !== undefined && form.duration === 'none') {
    throw new LabError('usage', `${kind} takes no --for: nothing is left to undo`)
  }
  return form.fault(object, forSeconds === undefined ? {} : { forSeconds: checkedSeconds(forSeconds) })
}

/** Nobody waits longer; a timer of Node holds 24 days, and fires at once above. */
const maxFaultSeconds = 86_400

/** Throws `LabError` `usage` when a fault cannot last so long. */
export function checkedSeconds(seconds: number): number {
  if (seconds >= 1 && seconds <= maxFaultSeconds) return seconds
  throw new LabError('usage', `a fault lasts 1s to 24h, got ${seconds} s; without --for it stays until undone`)
}
