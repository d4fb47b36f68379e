/**
 * What tools said of themselves when they were first shown, by agent: a server whose tools say something else later may have
 * been taken over, and what a tool says is read by a model ("tool poisoning", "rug pull"). Such a tool is kept from the model
 * and from being called until a person accepts it. Hashes are kept, not texts.
 * @module
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { makePrivateFolder, writeFileWhole } from '@vagus/keyring/private-file'
import { readSecretFileIfAny } from '@vagus/keyring/secret-file'

/** Tools of one agent that are remembered; what comes after them is not shown, because it could not be told from before. */
const maxTools = 2048
/** Octets of the file of one agent: so many tools with names of 8,000 octets. A longer one is refused. */
const maxOctets = 16_777_216

/** What a model or a client goes by; each is compared by itself, so that the sentence can name it. */
const parts = {
  description: ['title', 'description'],
  schema: ['inputSchema', 'outputSchema'],
  annotations: ['annotations', 'execution'],
} as const satisfies Readonly<Record<string, readonly string[]>>
type Part = keyof typeof parts

/** A hash of each. */
type Pin = Readonly<Record<Part, string>>

/** A tool as `tools/list` gives it. */
export interface ShownTool {
  readonly name: string
  readonly [key: string]: unknown
}

interface Comparison {
  /** For the model: as given, and those that are refused with why in place of what they say. */
  readonly shown: readonly ShownTool[]
  /** By name; a sentence. */
  readonly refused: ReadonlyMap<string, string>
}

export interface ToolPins {
  /** Remembers tools that are new, and compares the others. @param agent its proved id @throws {KeyringError} */
  compare(agent: string, tools: readonly ShownTool[]): Comparison
}

/**
 * @param folder where the hashes are kept, a file for each agent
 * @param changed what happens to tools that changed; `accept`: what they say now is remembered
 * @param how what accepts a change, as it is typed
 */
export function toolPins(folder: string, changed: 'refuse' | 'accept', how: string): ToolPins {
  return {
    compare(agent, tools) {
      const file = join(folder, `${encodeURIComponent(agent)}.json`)
      const known = read(file)
      const pins = new Map(known)
      const refused = new Map<string, string>()
      for (const tool of tools) {
        const now = pinOf(tool)
        const before = known.get(tool.name)
        const differs = before && (Object.keys(parts) as Part[]).filter((part) => before[part] !== now[part])
        if (differs !== undefined && differs.length > 0 && changed === 'refuse')
          refused.set(tool.name, changedText(tool.name, differs, how))
        else if (before === undefined && pins.size >= maxTools)
          refused.set(tool.name, `${quoted(tool.name)} is refused: its agent has shown ${maxTools} tools before it`)
        else pins.set(tool.name, now)
      }
      if (textOf(pins) !== textOf(known)) {
        makePrivateFolder(folder)
        writeFileWhole(file, textOf(pins), 0o600)
      }
      const shown = tools.map((tool) => {
        const why = refused.get(tool.name)
        return why === undefined ? tool : { name: tool.name, description: why, inputSchema: { type: 'object' } }
      })
      return { shown, refused }
    },
  }
}

/** @throws where the file is there and says nothing: whoever damaged it must not get his tools accepted by that */
function read(file: string): ReadonlyMap<string, Pin> {
  const text = readSecretFileIfAny(file, { maxOctets })
  if (text === undefined) return new Map()
  try {
    const said = Object.entries(JSON.parse(text) as Readonly<Record<string, object>>)
    return new Map(said.map(([name, pin]) => [name, { ...none, ...pin }] as const))
  } catch (cause) {
    throw new Error(`${file} does not say what the tools were; if you trust them as they are now: rm ${file}`, {
      cause,
    })
  }
}

/** By names of strangers: a plain object would take "__proto__" for something else. */
const textOf = (pins: ReadonlyMap<string, Pin>): string => `${JSON.stringify(Object.fromEntries(pins), null, 1)}\n`

/** What is not there is no hash: such a tool counts as changed. */
const none: Pin = { description: '', schema: '', annotations: '' }

function pinOf(tool: ShownTool): Pin {
  const hash = (part: Part): string =>
    createHash('sha256')
      .update(sorted(parts[part].map((key) => tool[key] ?? null)))
      .digest('base64url')
  return { description: hash('description'), schema: hash('schema'), annotations: hash('annotations') }
}

/** JSON in which the order of members says nothing. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )

const changedText = (name: string, differs: readonly Part[], how: string): string =>
  `the tool ${quoted(name)} is refused: its ${differs.join(' and ')} changed since it was first shown here. A person should look at it, and accept it if it is right: ${how}`

/** A name of a stranger stays one word of the sentence. */
const quoted = (name: string): string => JSON.stringify(name.slice(0, 100))
