/**
 * What is in a lab and is needed outside, by the address at which its controller is asked: the key of its operator, and the
 * keys of its agents.
 * @module
 */
import { operatorKeyFile } from '@vagus/keyring/home'
import { labPaths } from '../spec.ts'
import { folderOf, labNames, readSpec } from './folder.ts'
import { holderOf } from './holding-process.ts'

/** Where a controller is asked: the path of its Unix socket, or a host with its port. */
export type AskedAt = { readonly path: string } | { readonly host: string; readonly port: number }

/** @param home as of `LabReference`; undefined where no running lab of it is asked there */
export function operatorKeyOfLab(asked: AskedAt, home: string): string | undefined {
  const folder = labAskedAt(asked, home)
  return folder === undefined ? undefined : operatorKeyFile(labPaths(folder).homeOutside)
}

/** The state of the agents of that lab, among them the owner of its roster. @param home as above */
export function agentsOfLab(asked: AskedAt, home: string): string | undefined {
  const folder = labAskedAt(asked, home)
  return folder === undefined ? undefined : labPaths(folder).agentsOutside
}

function labAskedAt(asked: AskedAt, home: string): string | undefined {
  const folders = labNames({ home }).map((name) => folderOf(name, { home }))
  return folders.find((one) => holderOf(one) !== undefined && isAskedAt(one, asked))
}

function isAskedAt(folder: string, asked: AskedAt): boolean {
  if ('path' in asked) return asked.path === labPaths(folder).controller
  const host = asked.host === 'localhost' ? '127.0.0.1' : asked.host
  return readSpec(folder)?.listen === `${host.includes(':') ? `[${host}]` : host}:${asked.port}`
}
