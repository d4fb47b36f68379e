/** Writes a backup of a home: its snapshot, its keys where they are wanted, and its configuration. @module */
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Source, writeArchive } from '@vagus/archive'
import type { ControlRecord } from '@vagus/store'
import { BackupError } from './backup-error.ts'
import { configFileName } from './home-places.ts'
import { privateFiles } from './private-files.ts'
import type { SnapshotFiles } from './snapshot-files.ts'

export interface BackupOptions {
  /** To write or replace. */
  readonly file: string
  /** Absolute. */
  readonly home: string
  /** Undefined: the home has no control state, or it is not wanted. */
  readonly snapshot: Pick<SnapshotFiles, 'folder' | 'files' | 'record'> | undefined
  /** Path of the configuration in use, where there is one. */
  readonly config: string | undefined
  readonly keys: 'with' | 'without'
  readonly flows: 'with' | 'without'
  /** Of the program that wrote the state. */
  readonly version: string
  readonly domain: string | undefined
  /** Milliseconds since 1970: when the snapshot was made. */
  readonly now: number
  readonly signal?: AbortSignal | undefined
}

/** What a manifest says of a backup; read with `aboutOf`. */
export interface BackupAbout {
  /** RFC 3339. */
  readonly madeAt: string
  readonly version: string
  readonly domain: string | null
  readonly home: string
  readonly keys: 'with' | 'without'
  readonly flows: 'with' | 'without'
  /** Null where there is no control state. */
  readonly record: ControlRecord | null
}

export interface BackupResult {
  readonly about: BackupAbout
  readonly members: number
  /** Of the file. */
  readonly octets: number
  readonly sha256: string
}

/** @throws {BackupError} `nothing`; {ArchiveError}; {KeyringError}; errors of the file system */
export async function writeBackup(options: BackupOptions): Promise<BackupResult> {
  const { file, home, snapshot, config, keys, flows, version, domain, now, signal } = options
  const about: BackupAbout = {
    madeAt: new Date(now).toISOString(),
    version,
    domain: domain ?? null,
    home,
    keys,
    flows,
    record: snapshot?.record ?? null,
  }
  const own = keys === 'with' ? privateFiles(home) : []
  if (snapshot === undefined && own.length === 0) {
    const fix = keys === 'with' ? 'name another: --home FOLDER, or -c vagus.yaml' : 'agents and their keys: --with-keys'
    throw new BackupError('nothing', `${home} has no state of a controller`, fix)
  }
  const sources = [
    ...(config === undefined ? [] : [inMemory(configFileName, readFileSync(config))]),
    ...own.map(({ name, content }) => inMemory(name, content)),
    ...(snapshot === undefined ? [] : snapshot.files.map((one) => onDisk(snapshot.folder, one))),
  ]
  const written = await writeArchive({ path: file, about: { ...about }, sources, now, signal })
  return { about, members: written.members.length, octets: written.octets, sha256: written.sha256 }
}

const inMemory = (name: string, content: Uint8Array): Source => ({
  name,
  octets: content.length,
  read: () => [content],
})

const onDisk = (folder: string, { name, octets }: { readonly name: string; readonly octets: number }): Source => ({
  name,
  octets,
  read: () => (octets === 0 ? [] : createReadStream(join(folder, name), { end: octets - 1 })),
})

/** What the maker says; undefined where it says something else. */
export function aboutOf(value: Readonly<Record<string, unknown>>): BackupAbout | undefined {
  const { madeAt, version, domain, home, keys, flows, record } = value
  const isText = (one: unknown): one is string => typeof one === 'string'
  const isChoice = (one: unknown): one is 'with' | 'without' => one === 'with' || one === 'without'
  const isTold = isText(madeAt) && isText(version) && isText(home) && (domain === null || isText(domain))
  if (!isTold || !isTime(madeAt) || !isChoice(keys) || !isChoice(flows)) return undefined
  if (record !== null && !isRecord(record)) return undefined
  return { madeAt, version, domain, home, keys, flows, record }
}

/** As `writeBackup` writes it: `Date.parse` would take any text in parentheses, and the record repeats it. */
const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text))

function isRecord(value: unknown): value is ControlRecord {
  const { after, last } = (value ?? {}) as Readonly<Record<string, unknown>>
  return [after, last].every((mark) => {
    const { id, hash } = (mark ?? {}) as Readonly<Record<string, unknown>>
    return Number.isSafeInteger(id) && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)
  })
}
