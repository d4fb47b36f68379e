/** What is where in the folder of a recording, and what the process that captures is told. @module */
import { join } from 'node:path'

/** Where a lab is recorded, and how much of the captures is kept. */
export interface RecordOptions {
  /** Made if it is not there; refused if anything is in it. */
  readonly folder: string
  /** Octets of all captures together; default `defaultLimit`. The oldest but the first of each node give way. */
  readonly limit?: number
}

export const defaultLimit = 1_073_741_824
/** Octets of the captures of one namespace, at least: two series of eight files, each with room for the largest frame. */
export const leastOfNamespace = 2_097_152

export const recordPaths = (folder: string) =>
  ({
    /** Topology, provenance and options: `LabRecording`. */
    lab: join(folder, 'lab.json'),
    /** What the lab did, and what was done to it: a JSON a line, with its time. */
    happenings: join(folder, 'lab.jsonl'),
    /** The controller's own events, likewise. */
    events: join(folder, 'events.jsonl'),
    /** What runs of a scenario measured, likewise. */
    results: join(folder, 'results.jsonl'),
    captures: join(folder, 'captures'),
    /** How many frames were captured, and lost. */
    counts: join(folder, 'captures.json'),
    logs: join(folder, 'logs'),
    dissector: join(folder, 'vagus.lua'),
    readme: join(folder, 'README.txt'),
  }) as const

/** A namespace that is captured. */
export interface RecordedNamespace {
  /** Of its files. */
  readonly name: string
  /** As `ip netns` knows it; null: the one of the recorder itself. */
  readonly netns: string | null
  /** What is known of its interfaces, by name. */
  readonly interfaces: Readonly<Record<string, { readonly description: string; readonly speed: number | null }>>
  /** Names of those whose frames are captured; absent: all. */
  readonly only?: readonly string[]
}

export interface RecorderOptions {
  /** Of the recording. */
  readonly folder: string
  /** Octets of all captures together. */
  readonly limit: number
  readonly namespaces: readonly RecordedNamespace[]
  /** Ports of traffic that is made up, of TCP and UDP. */
  readonly madeUpPorts: readonly number[]
  /** Path of the controller's socket; null: there is no controller. */
  readonly controller: string | null
}
