/** `--pad` and `--pad-to`: for whom packets are padded, and to which lengths. @module */
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { Options } from './option.ts'

export const paddingOptions = {
  pad: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'roles of agents to whom packets are padded, to hide lengths; * for all',
  },
  'pad-to': {
    type: 'text',
    value: 'HOW',
    choices: ['padme', 'classes'],
    description: 'padme (default): some 2 % more octets; classes: three lengths, which hide more and cost more',
  },
} as const satisfies Options

interface Padding {
  readonly padFor: readonly string[]
  readonly padTo?: 'padme' | 'classes'
}

/** As of `AgentOptions`. @throws {Failure} usage */
export function paddingOf(values: {
  readonly pad: readonly string[]
  readonly 'pad-to': 'padme' | 'classes' | undefined
}): Padding {
  const { pad: padFor, 'pad-to': padTo } = values
  if (padTo === undefined) return { padFor }
  if (padFor.length === 0) throw new Failure(exitCode.usage, '"--pad-to" needs --pad LIST', 'such as --pad "*" for all')
  return { padFor, padTo }
}
