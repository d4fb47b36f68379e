/** Many negotiations, and thirty nodes on real links. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

const skip = needs('netns')
const scenario = (name: string): void =>
  void execFileSync('unshare', ['-Urnm', process.execPath, join(import.meta.dirname, 'scale-child.ts'), name], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 120_000,
  })

describe(
  'thirty nodes: each flood reaches each node once, one copy per link direction, and what comes again is counted',
  { skip },
  () => {
    test('in a chain', () => scenario('chain'))
    test('in a ring', () => scenario('ring'))
    test('in a mesh', () => scenario('mesh'))
  },
)

test('ten thousand floods a second from one neighbour: few pass, and another neighbour is heard', { skip }, () =>
  scenario('flooder'),
)

test('ten thousand negotiations one after the other, then a thousand at once: none is lost', { skip }, () =>
  scenario('negotiations'),
)
