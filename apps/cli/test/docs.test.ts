import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { goalKeys } from '@vagus/api/intent-file'
import { explainKey, loadConfigText, readIntentFile } from '@vagus/controller'
import { cheats } from '../src/cheats.ts'
import { configKeys, originOf } from '../src/commands/config-explain.ts'
import { yamlLines } from '../src/commands/config-dump.ts'
import { parse } from '../src/parse.ts'
import { registry } from '../src/registry.ts'

const page = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const configuration = page('50-configuration.md')
const quickStart = page('10-quick-start.md')
const keys = await configKeys()

describe('docs/50-configuration.md', () => {
  for (const key of keys)
    test(`has a row for ${key}, with the default and the variable that the schema gives it`, () => {
      const row = configuration.split('\n').find((line) => line.startsWith(`| \`${key}\` `))
      assert.ok(row !== undefined, `no row for ${key}`)
      const { default: value, environment, required, keys: below } = explainKey(key)!
      assert.equal(row.split('|')[3]!.trim() === 'required', required, row)
      if (environment !== undefined) assert.ok(row.includes(`\`${environment}\``), row)
      if (value === undefined || below.length > 0) return
      for (const each of [value].flat() as unknown[] as (string | number)[])
        assert.ok(row.includes(`\`${each}\``), `default ${each}: ${row}`)
    })
  test('has no row for a key that is not there', () => {
    for (const [, key] of configuration.matchAll(/^\| `([\w.]+)` +\|/gm)) assert.ok(keys.includes(key!), key)
  })
  test('shows a whole file that is accepted', () => {
    const [, yaml] = /```yaml\n([^]*?)```/.exec(configuration)!
    assert.equal(loadConfigText(yaml!, { environment: {} }).config.devices.length, 2)
  })
})

describe('docs/10-quick-start.md', () => {
  for (const { topic, text } of cheats) {
    const [, code] = new RegExp(`<!-- cheat: ${topic} -->\n\`\`\`\\w+\n([^]*?)\`\`\``).exec(quickStart) ?? []
    if (code === undefined) continue
    test(`shows the same lines as vagus cheat ${topic}`, () => {
      const lines = code.split('\n').filter((line) => line !== '' && !line.includes('# '))
      for (const line of lines)
        assert.ok(
          text.split('\n').some((each) => each.trim() === line.trim()),
          line,
        )
    })
  }
  test('shows all four kinds of router', () => assert.equal([...quickStart.matchAll(/<!-- cheat: /g)].length, 4))
})

describe('intents.yaml', () => {
  const { text } = cheats.find(({ topic }) => topic === 'intent')!
  test('of vagus cheat intent is accepted as it stands, with every goal', () => {
    const { file } = readIntentFile(text, 'intents.yaml')
    assert.deepEqual(
      new Set(file.intents.flatMap((one) => goalKeys.filter((key) => one[key] !== undefined))),
      new Set(goalKeys),
    )
  })
  test('of docs/32-intents.md is accepted as it stands', () => {
    const [, indented] = /```text\n([^]*?)```/.exec(page('32-intents.md'))!
    assert.equal(readIntentFile(indented!.replaceAll(/^ {3}/gm, ''), 'intents.yaml').file.intents.length, 3)
  })
})

test('vagus cheat wireshark names a script that is there', () => {
  const { text } = cheats.find(({ topic }) => topic === 'wireshark')!
  const [, script] = /and here: (.*)/.exec(text)!
  assert.match(readFileSync(script!, 'utf8'), /^-- Wireshark and tshark/)
})

describe('vagus cheat config', () => {
  const { text } = cheats.find(({ topic }) => topic === 'config')!
  const { config, origins } = loadConfigText(text, { environment: {} })
  test('is accepted as it stands', () => assert.equal(config.devices[0]?.name, 'edge-1'))
  test('is where vagus config explain says that a key came from, and one below it', () => {
    const loaded = { config, origins, file: 'vagus.yaml', home: '' }
    assert.equal(originOf(explainKey('domain', loaded)!, origins), 'vagus.yaml')
    assert.equal(originOf(explainKey('flow', loaded)!, origins), 'flow.listen: vagus.yaml; all else: default')
    assert.equal(originOf(explainKey('store', loaded)!, origins), 'default')
  })
  test('comes back the same from vagus config dump', () => {
    const dumped = yamlLines(config, origins, '').join('\n')
    assert.deepEqual(loadConfigText(dumped, { environment: {} }).config, config)
    assert.match(dumped, /^ {2}silentAfter: "90s" {2}# default$/m)
    assert.match(dumped, /^domain: "example" {2}# vagus.yaml$/m)
  })
})

/** Every page of the tree, by its path. */
const root = join(import.meta.dirname, '../../..')
const pages = globSync('{*.md,{docs,bench,examples}/**/*.md,{packages,apps}/*/**/*.md}', {
  cwd: root,
  exclude: (name) => name === 'node_modules',
}).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** The words of one command of a shell, up to a comment, pipe or redirection; quotes are taken off. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:'[^']*'|"[^"]*"|\\ |[^\s'"])+/g)].map(([word]) => word)
  const end = words.findIndex((word) => /^(#|[|>&;])/.test(word))
  return words.slice(0, end < 0 ? words.length : end).map((word) => word.replaceAll(/['"]/g, ''))
}

/** Lines of shell blocks that call vagus, lines that go on joined. */
const commandsOf = (text: string): string[][] =>
  [...text.matchAll(/```sh\n([^]*?)```/g)]
    .flatMap(([, code]) => code!.replaceAll(/\\\n */g, '').split('\n'))
    .map(wordsOf)
    .map((words) => words.slice(words[0] === 'npx' ? 1 : 0))
    .filter(([program]) => program === 'vagus')

/** Of its headings, as GitHub makes them. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )

describe('every page', () => {
  const commands = pages.flatMap(({ path, text }) => commandsOf(text).map((words) => ({ path, words })))
  test('is read: there are commands in it', () => assert.ok(commands.length > 40, String(commands.length)))
  for (const { path, words } of commands)
    test(`${path} shows a command that is there: ${words.join(' ')}`, async () => {
      const [, ...typed] = words
      const found = registry.find(typed)
      assert.ok(found !== undefined, 'no such command')
      parse(await found.load(), typed.slice(found.length))
    })
  for (const { path, text } of pages)
    test(`${path} names commands and options that are there`, async () => {
      for (const [, mention] of text.matchAll(/`(?:npx )?vagus ([^`\n]+)`/g)) {
        const [first = '', seconds = '', ...more] = wordsOf(mention!)
        for (const second of seconds.split('|')) {
          const group = second === '' && registry.names.some((name) => name.startsWith(`${first} `))
          const found = registry.find([first, second])
          assert.ok(group || found !== undefined || first === '--help', mention)
          const known = ['help', ...Object.keys((await found?.load())?.options ?? {})]
          for (const word of [second, ...more].slice(0, found?.name === 'run' ? 0 : undefined))
            if (word.startsWith('--') && word !== '--') assert.ok(known.includes(word.slice(2)), mention)
        }
      }
    })
  for (const { path, text } of pages)
    test(`${path} links to files that are there`, () => {
      for (const [, target] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g))
        if (!/^[a-z]+:/.test(target!)) assert.ok(existsSync(join(root, dirname(path), target!)), target)
    })
  const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]))
  for (const { path, text } of pages)
    test(`${path} links to headings that are there`, () => {
      for (const [, target, anchor] of text.matchAll(/\]\(([^)\s#]*)#([^)\s]+)\)/g)) {
        const of = anchors.get(target === '' ? path : join(dirname(path), target!))
        if (of !== undefined) assert.ok(of.has(anchor!), `${target}#${anchor}`)
      }
    })
})
