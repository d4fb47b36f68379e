/**
 * The manifests have only fields that Kubernetes knows, with values of their types: TypeScript reads them as objects of
 * the types that kubernetes-types generates from its OpenAPI document, and refuses any other.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { manifests } from './manifests.ts'

mkdirSync('dist', { recursive: true })
const folder = mkdtempSync(resolve('dist/.manifests-')) // in the tree, where TypeScript finds the types
after(() => rmSync(folder, { recursive: true }))

const modules: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'networking.k8s.io/v1': 'networking/v1',
}

/** What TypeScript says of `objects`; empty: nothing. */
function problemsOf(objects: typeof manifests): string {
  const lines = objects.map((one, at) => {
    const type = `import('kubernetes-types/${modules[one.apiVersion]}').${one.kind}`
    return `export const object${at}: ${type} = ${JSON.stringify(one, null, 2)}\n`
  })
  writeFileSync(join(folder, 'manifests.ts'), lines.join(''))
  const options = {
    strict: true,
    noEmit: true,
    module: 'preserve',
    moduleResolution: 'bundler',
    target: 'esnext',
    types: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['manifests.ts'] }))
  return spawnSync('node_modules/.bin/tsc', ['-p', folder, '--pretty', 'false'], { encoding: 'utf8' }).stdout
}

test('each manifest is one that Kubernetes knows, field by field', () => assert.equal(problemsOf(manifests), ''))

test('a field that is misspelt, and a value of another type, are found', () => {
  const text = JSON.stringify(manifests)
  const wrong = text
    .replace('"containerPort":7602', '"containerPort":"7602"')
    .replace('"restartPolicy"', '"restartPolicies"')
  const problems = problemsOf(JSON.parse(wrong) as typeof manifests)
  assert.match(problems, /'string' is not assignable to type 'number'/)
  assert.match(problems, /'"restartPolicies"' does not exist in type 'Container'/)
})
