/** Options of the commands that speak GRASP on the links of this machine. @module */
import type { Options, ValuesOf } from '../option.ts'

export const linkOptions = {
  interface: {
    type: 'words',
    short: 'i',
    value: 'NAMES',
    description: 'interfaces (default: all with a link-local IPv6 address)',
  },
  plain: {
    type: 'flag',
    description: 'also beyond the link, without security: to test other implementations',
  },
  json: { type: 'flag', description: 'print JSON, one object per line' },
} as const satisfies Options

export type LinkValues = Pick<ValuesOf<typeof linkOptions>, 'interface' | 'plain'>
