/**
 * What shows that a request comes from the operator: a key in a file that only the controller's own user can read. Where
 * a request comes from shows nothing, because a proxy on this host connects from loopback, too, and need not say so.
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { operatorKeyFile } from '@vagus/keyring/home'
import type { Context } from 'hono'
import { ProblemError, problemOf } from './problem.ts'

/** Writes a new key into `home`; undefined if the disk does not take it, which is reported: then nobody has one. */
export function writeOperatorKey(home: string, report: (line: string) => void): string | undefined {
  const key = randomBytes(32).toString('base64url')
  const file = operatorKeyFile(home)
  try {
    rmSync(file, { force: true })
    writeFileSync(file, key, { mode: 0o600, flag: 'wx' })
    return key
  } catch (error) {
    report(
      `"vagus agent rm", "vagus proposal approve", "vagus line order", "vagus join accept" and "vagus backup" are refused until a restart: ${(error as Error).message}`,
    )
    return undefined
  }
}

/** Whether the request carries the key as a bearer token (RFC 6750). */
export function isFromOperator(c: Context, key: string | undefined): boolean {
  const [, token] = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
  return key !== undefined && token !== undefined && timingSafeEqual(digest(token), digest(key))
}

/** @param commands that have the key, for people @throws {ProblemError} */
export function refuseStranger(c: Context, key: string | undefined, commands: string): void {
  if (isFromOperator(c, key)) return
  const where = 'only with the key in operator.key in the home of the controller'
  throw new ProblemError(problemOf(403, `this is done ${where}: there, and as its user, ${commands}`))
}

/** Of one length, as the comparison demands. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
