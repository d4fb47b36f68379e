/** A commit whose effect an intent does not allow goes back, whatever the device's own operator allows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operator } from '@vagus/api/actor'
import type { RouterConfiguration } from '@vagus/router'
import { type Commits, configOf, editsOf, noCommits, patternOf } from '@vagus/southbound'
import type { Actor } from '@vagus/api/southbound'
import { PaperRouter } from '../../../../packages/southbound/test/paper-router.ts'
import { CommitDesk } from '../../src/southbound/commit-desk.ts'
import { begin } from '../support/intent-set.ts'

const before = 'interface eth1\n description before\nexit\n'

test('the effect of a commit is held against every list of patterns of the moment', async () => {
  const router = new PaperRouter(configOf(before))
  const configuration: RouterConfiguration = {
    text: () =>
      Promise.resolve(
        [...router.config.values()]
          .map((path) => path.map((line, at) => `${' '.repeat(at)}${line}`).join('\n'))
          .join('\n'),
      ),
    apply: (edits) => Promise.resolve(router.take(edits)),
    keep: () => Promise.resolve(),
    takeBack: (edits) => {
      router.take(edits)
      return Promise.resolve([])
    },
  }
  let written: Commits<Actor> = noCommits
  let lists: readonly (readonly string[])[] = []
  const desk = CommitDesk.open({
    configuration,
    allowed: { dialect: 'frr', patterns: ['interface * / description *'].map(patternOf), own: [] },
    alsoPatterns: () => lists,
    store: { read: () => written, write: (commits) => (written = commits) },
    now: () => begin,
    report: () => undefined,
  })
  const commit = (text: string): ReturnType<typeof desk.apply> =>
    desk.apply(() => ({
      key: '',
      by: operator,
      comment: text,
      edits: editsOf(['interface eth1', `description ${text}`]),
      base: 'base',
      before,
      confirmWithin: 60_000,
    }))
  lists = [['interface eth9 / description *'].map(patternOf)]
  await commit('after')
  const { pending } = desk.commits
  assert.equal(pending, null)
  assert.equal(desk.commits.ended.at(-1)?.state, 'refused')
  assert.match(desk.commits.ended.at(-1)!.ended.because, /it changed "interface eth1 \/ description/)
  assert.ok(router.lines.some((line) => line.includes('description before')))
  lists = [['interface eth1 / description *'].map(patternOf)]
  await commit('after')
  const phase = (): string | undefined => desk.commits.pending?.phase.type
  assert.equal(phase(), 'applied')
})
