import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LabUp } from '@vagus/lab'
import { summaryText } from '../src/commands/demo.ts'
import { labListText, nextOf } from '../src/commands/lab-ls.ts'
import { holdUntilStopped, shellLines } from '../src/lab/bring-up.ts'
import { noPaint } from '../src/paint.ts'
import { provenance } from './provenance.ts'
import { recorded } from './surroundings.ts'

const up: LabUp = {
  name: 'metro',
  topology: 'metro',
  state: 'running',
  substrate: 'frr-userns',
  routers: 14,
  links: 20,
  sites: 6,
  agents: [],
  nodes: ['pe-1'],
  programs: [],
  console: 'http://127.0.0.1:7600',
  folder: '/home/vagus/lab/metro',
  startedAt: '2026-11-03T12:00:00.000Z',
  provenance,
  startedMs: 1000,
  convergedMs: 4000,
  readyMs: 30_000,
  steps: [],
  down: () => Promise.resolve(),
  ended: Promise.resolve('lost'),
}
const summary = (console: string, from: 'checkout' | 'package' = 'package'): string =>
  summaryText({ ...up, console }, { from, seconds: 33 }, noPaint)

test('what to type next to a lab elsewhere begins with where its controller is', () => {
  assert.match(
    summary('http://127.0.0.1:7640'),
    /another terminal:\n {2}export VAGUS_CONTROLLER=http:\/\/127\.0\.0\.1:7640 .*\n {2}vagus status /,
  )
  assert.match(summary('http://127.0.0.1:7600'), /another terminal:\n {2}vagus status /)
  assert.deepEqual(shellLines('http://127.0.0.1:7640'), ['export VAGUS_CONTROLLER=http://127.0.0.1:7640'])
  assert.deepEqual(shellLines('http://127.0.0.1:7600'), [])
})

test('only of a checkout it is said that npx has the command', () => {
  assert.match(summary(up.console, 'checkout'), /npx vagus/)
  assert.ok(!summary(up.console, 'package').includes('npx'))
})

test('agents of several labs stand beside the name of theirs', () => {
  const wifi = {
    name: 'wifi',
    site: 'office',
    state: 'attached',
    addresses: { v4: '10.16.255.2', v6: 'fd00::2' },
    fates: null,
  } as const
  const metro = { ...up, agents: [{ name: 'reader', network: 'wifi', networks: [wifi] }] }
  const shown = (...labs: LabUp[]): string => labListText(labs, up.startedAt, 100, noPaint)
  assert.match(shown(metro), /\nAGENT +ON .*\nreader +wifi +office/)
  assert.match(
    shown(metro, { ...metro, name: 'roam' }),
    /\nLAB +AGENT +ON .*\nmetro +reader +wifi .*\nroam +reader +wifi /,
  )
})

test('only labs that died or lost the way to their controller are to be taken down', () => {
  const metro = { ...up, programs: ['controller'] } as const
  assert.equal(nextOf([]), 'vagus lab up')
  assert.equal(nextOf([metro, { ...metro, state: 'starting' }, { ...up, name: 'roam', console: '' }]), '')
  assert.equal(nextOf([metro, { ...metro, name: 'two', console: '' }]), 'vagus lab down --name two')
  assert.equal(nextOf([metro, { ...up, name: 'three', state: 'dead', console: '' }]), 'vagus lab down --name three')
})

test('a lab without a controller has no console, and nothing is wrong with that', () => {
  const warned = (lab: LabUp): boolean =>
    labListText([lab], up.startedAt, 200, { ...noPaint, warn: (text) => `!${text}!` }).includes('!')
  assert.equal(warned({ ...up, console: '' }), false)
  assert.equal(warned({ ...up, console: '', programs: ['controller'] }), true)
})

test('a lab that another command takes down ends the one that holds it well; one that is lost is a failure', async () => {
  const around = recorded()
  await holdUntilStopped({ ...up, ended: Promise.resolve('taken-down') }, around)
  assert.match(around.written.err, /lab \S+ was taken down by another command; nothing is left behind/)
  await assert.rejects(holdUntilStopped({ ...up, ended: Promise.resolve('lost') }, around), /has ended by itself/)
})
