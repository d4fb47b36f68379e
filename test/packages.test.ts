/** What goes into packages for other machines, by the manifests and the lock file of this tree. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { loadConfigText } from '@vagus/controller'
import { partsOf } from '../scripts/packages/command.ts'
import { controllerFile, deviceFile } from '../scripts/packages/debian/configuration.ts'
import { debianVersion } from '../scripts/packages/debian/control.ts'
import { copyrightText } from '../scripts/packages/debian/copyright.ts'
import { filesOf, nodeOf, productionOf } from '../scripts/packages/lock.ts'
import { foreignDependencies, readWorkspaces } from '../scripts/packages/workspaces.ts'

const parts = partsOf(readWorkspaces())

describe('what the lock file names for production', () => {
  const [here, there] = [productionOf(parts, 'x64'), productionOf(parts, 'arm64')]
  test('is all that our packages name, each in the version that they name', () => {
    for (const [name, version] of Object.entries(foreignDependencies(parts)))
      assert.ok(
        here.some((one) => one.name === name && one.version === version),
        `${name} ${version}`,
      )
  })
  test('is all that those name in turn, where Node finds it', () => {
    for (const { path, dependencies = {} } of here)
      for (const name of Object.keys(dependencies)) {
        const outer = path.split('node_modules/').map((_, at, all) => all.slice(0, at).join('node_modules/'))
        const places = [`${path}/node_modules/${name}`, ...outer.map((from) => `${from}node_modules/${name}`)]
        assert.ok(
          here.some((one) => places.includes(one.path)),
          `${path} needs ${name}`,
        )
      }
  })
  test('is for one processor and one C library', () => {
    const native = (list: typeof here): readonly string[] =>
      list.flatMap(({ name, cpu }) => (cpu === undefined ? [] : [name]))
    assert.deepEqual(native(here), ['@duckdb/node-bindings-linux-x64', '@koromix/koffi-linux-x64'])
    assert.deepEqual(native(there), ['@duckdb/node-bindings-linux-arm64', '@koromix/koffi-linux-arm64'])
  })
  test('has Node in one version for all processors', () => assert.equal(nodeOf('arm64').version, nodeOf('x64').version))
})

test('what is installed in another version than the lock file says is not packaged', () => {
  const [one] = productionOf(parts, 'x64').filter(({ path }) => existsSync(path))
  assert.equal(filesOf(one!, ''), one!.path)
  assert.throws(
    () => filesOf({ ...one!, version: '0.0.0-other' }, ''),
    new RegExp(`has version ${one!.version.replaceAll('.', '\\.')}, package-lock.json says 0.0.0-other; run npm ci`),
  )
})

test('a version is written so that Debian puts it before the one that it prepares', () => {
  assert.equal(debianVersion('1.0.0-rc.1'), '1.0.0~rc.1')
  assert.equal(debianVersion('1.0.0'), '1.0.0')
})

test('the copyright file has a paragraph for each package, with its licence in the form of Debian', () => {
  const folder = 'node_modules/ws'
  const files = 'usr/lib/vagus/node_modules/ws/*'
  const text = copyrightText([{ name: 'ws', version: '8.0.0', license: 'MIT', files, folder }])
  const [, , paragraph] = text.split('\n\n')
  assert.match(paragraph!, /^Files: usr\/lib\/vagus\/node_modules\/ws\/\*\nCopyright: Copyright \(c\) 2011 /)
  assert.match(paragraph!, /\nLicense: MIT\n Copyright/)
  const licence = readFileSync(`${folder}/LICENSE`, 'utf8').trim().split('\n')
  for (const line of licence) assert.ok(paragraph!.includes(line.trim() === '' ? '\n .\n' : ` ${line}`), line)
})

describe('the configuration that the package brings', () => {
  test('says nothing yet, and is right once the marks of comments are taken off the example', () => {
    assert.equal(loadConfigText(controllerFile(), { environment: {} }).config.devices.length, 0)
    const example = controllerFile().slice(controllerFile().indexOf('# domain:')).replaceAll(/^# /gm, '')
    assert.equal(loadConfigText(example, { environment: {} }).config.devices[0]!.name, 'edge-1')
  })
  test('has no line that is none of a comment', () => {
    for (const line of [controllerFile(), deviceFile()].flatMap((text) => text.trim().split('\n')))
      assert.match(line, /^#/)
  })
})

test('the maintainer scripts are those that sh understands, and end with the first command that fails', () => {
  for (const name of ['postinst', 'prerm', 'postrm']) {
    const file = `scripts/packages/debian/${name}`
    assert.ok(existsSync(file))
    assert.match(readFileSync(file, 'utf8'), /^#!\/bin\/sh\n(#.*\n)*set -e\n/)
  }
})
