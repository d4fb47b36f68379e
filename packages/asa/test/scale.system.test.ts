/** Many negotiations, and thirty nodes in a network namespace each. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

const skip = needs('netns')
const scenario = (name: string): void =>
  void execFileSync(
    'unshare',
    ['-Urnm', '--kill-child', process.execPath, join(import.meta.dirname, 'scale-child.ts'), name],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: 120_000,
    },
  )

test(
  'thirty nodes in a namespace each, as chain, ring and mesh: each flood reaches each once, one copy per link direction',
  { skip },
  () => scenario('floods'),
)

test('ten thousand floods a second from one neighbour: few pass, and another neighbour is heard', { skip }, () =>
  scenario('flooder'),
)

test('ten thousand negotiations one after the other, then a thousand at once: none is lost', { skip }, () =>
  scenario('negotiations'),
)
