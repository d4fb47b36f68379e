import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manPage } from '../src/man-page.ts'
import { registry } from '../src/registry.ts'

const commands = await registry.loadAll()
const page = manPage(commands, { version: '1.2.3', date: '2026-11-28' })
const plain = page.replaceAll('\\-', '-').replaceAll('\\(dq', '"').replaceAll('\\e', '\\').replaceAll('\\&', '')

test('the manual page has each command, with all its options and examples', () => {
  for (const { name, summary, options, examples } of commands) {
    const [, section = ''] = plain.split(`.SS vagus ${name}\n`)
    assert.ok(section.startsWith(summary), name)
    const [own = ''] = section.split(/^\.S[SH] /m)
    for (const option of Object.keys(options)) assert.ok(own.includes(`--${option}`), `${name} --${option}`)
    for (const { line } of examples) assert.ok(own.includes(`.EX\n${line}\n.EE`), line)
  }
})

test('no text of the manual page is a request of roff, or an escape', () => {
  const known = ['B', 'BI', 'BR', 'EE', 'EX', 'I', 'PP', 'RE', 'RI', 'RS', 'SH', 'SS', 'TH', 'TP']
  for (const [, request] of page.matchAll(/^[.'](\S*)/gm)) assert.ok(known.includes(request!), request)
  for (const [escape] of page.matchAll(/\\./g)) assert.match(escape, /\\[-e&(]/)
})
