/** `intents.yaml` as an operator wrote it: read, with the line of each problem. @module */
import { AddressError, parsePrefix } from '@vagus/address'
import { type IntentFile, intentFileSchema } from '@vagus/api/intent-file'
import { nearestOf } from '@vagus/api/nearest'
import type { IntentPlaces } from '@vagus/api/intent-places'
import { ConfigError, type ConfigProblem, type KeyPath, keyOf } from './config-error.ts'
import { type ConfigDocument, parseConfigDocument } from './document.ts'
import { schemaProblem } from './schema-problem.ts'

export interface ReadIntentFile {
  readonly file: IntentFile
  /** Names that `places` lacks, names that are there twice, prefixes that are none. */
  problems(places: IntentPlaces): readonly ConfigProblem[]
}

/** @throws {ConfigError} with every problem found and its line */
export function readIntentFile(text: string, source: string): ReadIntentFile {
  const document = parseConfigDocument(text, source)
  const parsed = intentFileSchema.safeParse(document.value)
  const at = problemAt(document, source)
  if (parsed.success)
    return {
      file: parsed.data,
      problems: (places) => nameProblems(parsed.data, places).map(([path, problem]) => at(path, problem)),
    }
  throw new ConfigError(
    parsed.error.issues.flatMap((issue) => {
      const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
      if (issue.code !== 'unrecognized_keys') return [at(path, schemaProblem(issue, document.value))]
      return issue.keys.map((key) => at([...path, key], `is no key here; ${nearKey(key, path)}`))
    }),
  )
}

const problemAt =
  (document: ConfigDocument, source: string) =>
  (path: KeyPath, problem: string): ConfigProblem => {
    const place = document.place(path)
    return { key: keyOf(path), source, line: place?.line, column: place?.column, problem }
  }

const known: readonly string[] = Object.keys(intentFileSchema.shape.intents.element.shape)

function nearKey(key: string, path: KeyPath): string {
  if (path.length === 0) return 'keys here: holds, intents'
  if (path.length > 2) return 'see: vagus cheat intent'
  const near = nearestOf(key, known)
  return near === undefined ? `keys here: ${known.join(', ')}` : `did you mean ${near}?`
}

type Found = readonly [KeyPath, problem: string]

function nameProblems({ intents }: IntentFile, places: IntentPlaces): readonly Found[] {
  const ours = Object.keys(places.sites).filter((site) => !places.neighbours.includes(site))
  return intents.flatMap((intent, at): readonly Found[] => {
    const path: KeyPath = ['intents', at]
    const first = intents.findIndex(({ name }) => name === intent.name)
    const { scope, bounds, pin, connect, from, until } = intent
    return [
      ...(first < at ? [[[...path, 'name'], `"${intent.name}" is taken by the one at [${first}]`] as const] : []),
      ...(from !== undefined && until !== undefined && Date.parse(until) <= Date.parse(from)
        ? [[[...path, 'until'], `must be after "from", ${from}`] as const]
        : []),
      ...(bounds?.steering?.prefixes ?? []).flatMap((text, index) =>
        prefixProblem([...path, 'bounds', 'steering', 'prefixes', index], text),
      ),
      ...(pin === undefined ? [] : prefixProblem([...path, 'pin', 'prefix'], pin.prefix)),
      ...unknownOf([...path, 'scope', 'devices'], scope.devices, places.devices, 'device'),
      ...unknownOf([...path, 'scope', 'sites'], scope.sites, Object.keys(places.sites), 'site'),
      ...unknownOf([...path, 'scope', 'borders'], scope.borders, Object.keys(places.borders), 'border'),
      ...unknownOf([...path, 'scope', 'links'], scope.links, Object.keys(places.links), 'link with an interface'),
      ...unknownOf([...path, 'pin', 'only'], pin?.only, Object.keys(places.links), 'link with an interface'),
      ...unknownOf([...path, 'pin', 'never'], pin?.never, Object.keys(places.links), 'link with an interface'),
      ...unknownOf([...path, 'connect', 'between'], connect?.between, ours, 'site of ours'),
    ]
  })
}

/** The schema knows its form; bits after its length are another matter. */
function prefixProblem(path: KeyPath, text: string): readonly Found[] {
  try {
    parsePrefix(text)
    return []
  } catch (error) {
    if (!(error instanceof AddressError)) throw error
    return [[path, error.message]]
  }
}

const maxListed = 8

function unknownOf(
  path: KeyPath,
  names: readonly string[] | undefined,
  among: readonly string[],
  kind: string,
): readonly Found[] {
  return (names ?? []).flatMap((name, at): readonly Found[] => {
    if (among.includes(name)) return []
    const near = nearestOf(name, among)
    const listed = among.slice(0, maxListed).join(', ') + (among.length > maxListed ? ', …' : '')
    const right = near === undefined ? `there is ${listed === '' ? 'none' : listed}` : `did you mean ${near}?`
    return [[[...path, at], `the controller knows no ${kind} "${name}"; ${right}`]]
  })
}
