/**
 * Of what the command is made: a software bill of materials as CycloneDX (ECMA-424), which npm writes from the lock file.
 * The same lock file gives the same octets.
 * @module
 */
import { spawnSync } from 'node:child_process'

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  /** Package URL, such as `pkg:npm/%40duckdb/node-api@1.5.5-r.5`. */
  readonly purl: string
  /** Of the archive in the registry, as the lock file has it; none of packages of this tree. */
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
}

export interface Bill {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

/** As npm writes it. */
export interface NpmBill extends Bill {
  readonly serialNumber?: string
  readonly metadata: Bill['metadata'] & { readonly timestamp?: string; readonly tools?: unknown }
}

/** Not `--omit=dev`: npm then leaves out koffi, because the root names it for tests, although packages of ours need it. */
const words = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only']

/** @param root of the tree, with its lock file @throws with what npm said, when it fails */
export function billOfMaterials(root: string): Bill {
  const { status, stdout, stderr, error } = spawnSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`npm ${words.join(' ')}: ${error?.message ?? stderr}`)
  return shippedOf(JSON.parse(stdout) as NpmBill)
}

/**
 * Without what only tests and builds here need, and without what differs from run to run and from checkout to checkout:
 * serial number, time, version of npm, name of the folder.
 */
export function shippedOf({ serialNumber: _serial, ...bill }: NpmBill): Bill {
  const { timestamp: _time, tools: _npm, ...metadata } = bill.metadata
  const components = bill.components.filter((one) => !isForDevelopment(one))
  const component = { ...metadata.component, name: 'vagus' }
  const refs = new Set([component, ...components].map((one) => one['bom-ref']))
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => refs.has(ref)) }))
  return { ...bill, metadata: { ...metadata, component }, components, dependencies }
}

const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true')
