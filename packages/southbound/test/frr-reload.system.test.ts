/** FRR's own program that compares configurations is the oracle of ours. @module */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { needs } from '../../../scripts/needs.ts'
import { changeOf, configOf, type Path, pathText } from '../src/index.ts'

const value = fc.integer({ min: 1, max: 3 })
const some = (lines: readonly fc.Arbitrary<string>[]): fc.Arbitrary<readonly string[]> =>
  fc.tuple(...lines.map((line) => fc.option(line))).map((all) => all.filter((line) => line !== null))
const block = (head: string, lines: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> =>
  fc
    .option(lines)
    .map((all) => (all === null ? '' : [head, ...all.map((line) => ` ${line}`), 'exit', '!', ''].join('\n')))
const entry = (head: string): fc.Arbitrary<string> =>
  block(
    head,
    some([
      value.map((to) => `set metric ${to}`),
      value.map((to) => `match tag ${to}`),
      value.map((to) => `set local-preference ${to}`),
    ]),
  )
const family = some([
  fc.constant('neighbor 192.0.2.1 next-hop-self'),
  value.map((to) => `neighbor 192.0.2.1 weight ${to}`),
])
const bgp = fc
  .record({ to: value, lines: family })
  .map(({ to, lines }) =>
    [
      'router bgp 64512',
      ' bgp router-id 10.0.0.1',
      ' neighbor 192.0.2.1 remote-as 64513',
      ` neighbor 192.0.2.1 description ${to}`,
      ' !',
      ' address-family ipv6 unicast',
      '  neighbor 192.0.2.1 activate',
      ...lines.map((line) => `  ${line}`),
      ' exit-address-family',
      'exit',
      '!',
      '',
    ].join('\n'),
  )
const config = fc
  .tuple(
    block('interface eth1', some([value.map((to) => `description to ${to}`), value.map((to) => `ip ospf cost ${to}`)])),
    bgp,
    fc
      .array(value, { maxLength: 3 })
      .map((all) => [...new Set(all)].map((at) => `ip prefix-list CUST seq ${at} permit 10.${at}.0.0/16\n`).join('')),
    entry('route-map CUST-A permit 10'),
    entry('route-map CUST-A deny 20'),
  )
  .map((parts) => `frr version 8.4.4\nfrr defaults traditional\n!\n${parts.join('')}end\n`)

/** Lines under a title, each with its contexts. */
function pathsUnder(title: string, output: string): readonly Path[] {
  const from = output.split(`${title}\n${'='.repeat(title.length)}\n`)[1]?.split('\n\n')[0] ?? ''
  const paths: Path[] = []
  let path: string[] = []
  for (const line of from.split('\n').filter(Boolean)) {
    const depth = line.length - line.trimStart().length
    if (depth === 0 && path.length > 0) paths.push(path)
    path = [...path.slice(0, depth), line.trim()]
  }
  return path.length > 0 ? [...paths, path] : paths
}

test(
  'what a configuration has, and what another has besides, is what frr-reload.py says',
  { skip: needs('frrReload') },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-frr-reload-'))
    const toAdd = (before: string, after: string): readonly string[] => {
      const files = [join(folder, 'before.conf'), join(folder, 'after.conf')] as const
      writeFileSync(files[0], before)
      writeFileSync(files[1], after)
      const words = ['--test', '--stdout', '--log-level', 'error', '--input', ...files]
      const output = execFileSync('/usr/lib/frr/frr-reload.py', words, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      // Of lists it says here what is to be removed, too.
      return pathsUnder('Lines To Add', output)
        .map(pathText)
        .filter((line) => !line.startsWith('no '))
    }
    const empty = 'frr version 8.4.4\nfrr defaults traditional\n'
    try {
      fc.assert(
        fc.property(config, config, (before, after) => {
          const added = changeOf(configOf(empty), configOf(after)).added.map(pathText)
          assert.deepEqual(toAdd(empty, after).toSorted(), added.toSorted())
          assert.deepEqual(
            toAdd(before, after).toSorted(),
            changeOf(configOf(before), configOf(after)).added.map(pathText).toSorted(),
          )
        }),
        { numRuns: 12, interruptAfterTimeLimit: 60_000 },
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
