import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { describe, test } from 'node:test'
import { faultForms } from '@vagus/lab'
import { topologyNames } from '@vagus/lab'
import { faultKinds } from '../src/commands/lab-fault.ts'
import { chapters } from '../src/help.ts'
import { registry } from '../src/registry.ts'

const commands = await registry.loadAll()
const nouns = new Set(registry.names.map((name) => name.split(' ')[0]!))
const verbsOf = (noun: string) => registry.names.filter((name) => name.startsWith(`${noun} `))

describe('the registry', () => {
  test('calls each command what its own file calls it', () =>
    assert.deepEqual(
      commands.map(({ name }) => name),
      registry.names,
    ))
  test('has one file in src/commands for each command and no other', () => {
    const files = globSync('*.ts', { cwd: new URL('../src/commands', import.meta.url) }).sort()
    assert.deepEqual(files, registry.names.map((name) => `${name.replace(' ', '-')}.ts`).sort())
  })
  test('shows each command in exactly one chapter of help', () =>
    assert.deepEqual(chapters.flatMap(({ nouns }) => Object.keys(nouns)).sort(), [...nouns].sort()))
  test('says what each first word of several commands is about, and leaves the others to their own summary', () => {
    const told = chapters.flatMap(({ nouns }) => Object.entries(nouns)).filter(([, about]) => about !== '')
    const needed = [...nouns].filter((noun) => !registry.names.includes(noun) && verbsOf(noun).length > 1)
    assert.deepEqual(told.map(([noun]) => noun).sort(), needed.sort())
    for (const [noun, about] of told) assert.ok(about.length <= 64, noun)
  })
  test('finds the longest name', () => {
    assert.equal(registry.find(['device', 'ls'])?.name, 'device ls')
    assert.equal(registry.find(['device', '--name', 'x'])?.name, 'device')
    assert.equal(registry.find(['flow']), undefined)
    assert.equal(registry.find(['constructor']), undefined)
  })
  for (const command of commands)
    test(`vagus ${command.name} says what it is, has examples of itself, and fits the page`, () => {
      assert.ok(command.summary.length > 0 && command.summary.length <= 62, command.summary)
      assert.ok(command.examples.length > 0)
      for (const { line } of command.examples) assert.ok(line.includes(`vagus ${command.name}`), line)
      const shorts = Object.values(command.options).flatMap(({ short }) => short ?? [])
      assert.equal(new Set([...shorts, 'h']).size, shorts.length + 1, 'two options share a letter')
      for (const option of Object.values(command.options)) assert.match(option.description, /^[^A-Z]|^[A-Z]{2}/)
    })
})

test('the faults offered are those of the lab', () =>
  assert.deepEqual([...new Set(faultForms.map(({ words }) => words.split(' ')[0]))], [...faultKinds]))
test('the topologies named in help are those of the lab', () =>
  assert.deepEqual(topologyNames(), ['border', 'divert', 'intruder', 'line', 'metro', 'roam', 'small']))

test('the tables that help names are those a speaker of ours has: none of BMP, which no program takes in', () => {
  for (const { name, examples, arguments: words = [] } of commands) {
    const texts = [...examples.map(({ line }) => line), ...words.map(({ description }) => description)]
    for (const text of texts) assert.ok(!/\bbmp\//.test(text), `${name}: ${text}`)
  }
})
