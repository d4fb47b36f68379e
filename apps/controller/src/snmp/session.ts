/**
 * A session with one router, over the library net-snmp, that takes nothing for granted: each question ends once, with answers
 * or a problem, and an answer of a lower security level than the question's is none (RFC 3414 section 3.2).
 * @module
 */
import snmp from 'net-snmp'
import type { SocketType } from 'node:dgram'
import { type Answer, type Ask, maxTextOctets } from './answer.ts'
import { PeerSocket } from './peer-socket.ts'
import { problemOf } from './problem-of.ts'
import type { SnmpSecrets } from './secrets.ts'
import type { SnmpTarget } from './settings.ts'
import { SnmpProblem } from './snmp-problem.ts'

const levels = {
  authPriv: snmp.SecurityLevel.authPriv,
  authNoPriv: snmp.SecurityLevel.authNoPriv,
  noAuthNoPriv: snmp.SecurityLevel.noAuthNoPriv,
} as const
const auths = {
  sha256: snmp.AuthProtocols.sha256,
  sha512: snmp.AuthProtocols.sha512,
  sha384: snmp.AuthProtocols.sha384,
  sha224: snmp.AuthProtocols.sha224,
  sha: snmp.AuthProtocols.sha,
  md5: snmp.AuthProtocols.md5,
} as const
const privacies = {
  aes: snmp.PrivProtocols.aes,
  aes256: snmp.PrivProtocols.aes256b,
  'aes256-cisco': snmp.PrivProtocols.aes256r,
} as const

/** Varbinds of an answer that are looked at: more than any question here asks for. */
const maxAnswers = 256

/**
 * Messages of one question: who the engine is, what time it has, and the question, each once more where it was lost. The library
 * asks one that never knows its time again at once, for ever.
 */
const maxSent = 6

/**
 * Keys that the library keeps, two for each engine id that ever answered: one that is made up each time must not fill the
 * memory. Beyond so many all are made anew, which takes a few milliseconds each.
 */
const maxKeys = 32_768

function boundKeys(): void {
  const keys: Record<string, unknown> = (
    snmp as unknown as { Authentication: { authToKeyCache: Record<string, unknown> } }
  ).Authentication.authToKeyCache
  if (Object.keys(keys).length > maxKeys) for (const key of Object.keys(keys)) delete keys[key]
}

export class SnmpSession {
  readonly #target: SnmpTarget
  readonly #session: snmp.Session
  #fail: ((error: unknown) => void) | undefined
  #stranger = ''
  /** For the question of now. */
  #sent = 0
  #isClosed = false

  constructor(target: SnmpTarget, secrets: SnmpSecrets) {
    this.#target = target
    boundKeys()
    const { address, port } = target
    const onBad = (error: Error): void => this.#fail?.(error)
    const peer = { address, port, onBad, onStranger: (from: string) => (this.#stranger = from) }
    const common = {
      port,
      transport: address.includes(':') ? ('udp6' as const) : ('udp4' as const),
      retries: 1,
      timeout: target.timeout,
      backwardsGetNexts: true, // the engine holds against that what it asked for
      dgramModule: { createSocket: (type: SocketType) => new PeerSocket(type, peer) },
    }
    this.#session =
      target.version === '2c'
        ? snmp.createSession(address, secrets.community, { ...common, version: snmp.Version2c })
        : snmp.createV3Session(address, userOf(target, secrets), common)
    this.#session.on('error', onBad) // what cannot be decoded at all
    this.#refuseLowerLevels()
    this.#boundMessages()
  }

  /** In the order of the answer. One at a time. @throws {SnmpProblem} */
  ask({ oids, repetitions }: Ask): Promise<readonly Answer[]> {
    if (this.#isClosed) return Promise.reject(new SnmpProblem('no-answer', 'is not asked any more'))
    this.#sent = 0
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => reject(problemOf(error, this.#target, this.#stranger))
      this.#fail = fail
      const answered = (error: Error | null, varbinds: readonly (snmp.Varbind | snmp.Varbind[])[] = []): void => {
        if (error) fail(error)
        else resolve(answersOf(repetitions === undefined ? (varbinds as snmp.Varbind[]) : inTurns(varbinds)))
      }
      if (repetitions === undefined) this.#session.get([...oids], answered)
      else this.#session.getBulk([...oids], 0, repetitions, answered)
    })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#session.close()
    this.#fail?.(new SnmpProblem('no-answer', 'is not asked any more'))
  }

  #boundMessages(): void {
    const session = this.#session
    const send = session.send.bind(session)
    session.send = (...sent) => {
      if (this.#sent++ < maxSent) return send(...sent)
      this.#fail?.(new SnmpProblem('malformed', 'asks for one question to be sent again and again'))
      return session
    }
  }

  #refuseLowerLevels(): void {
    const session = this.#session
    const { version, level } = this.#target
    const take = session.onSimpleGetResponse.bind(session)
    const wanted = version === '2c' ? 0 : { authPriv: 3, authNoPriv: 1, noAuthNoPriv: 0 }[level]
    session.onSimpleGetResponse = (request, message) => {
      const flags = message.msgGlobalData?.msgFlags ?? 0
      if ((flags & wanted) === wanted) take(request, message)
      else this.#fail?.(new SnmpProblem('malformed', `its answer is not protected as level ${level} demands`))
    }
  }
}

const userOf = ({ user, level, auth, privacy }: SnmpTarget, secrets: SnmpSecrets): snmp.User => ({
  name: user,
  level: levels[level],
  ...(secrets.auth === undefined ? {} : { authProtocol: auths[auth], authKey: secrets.auth }),
  ...(secrets.privacy === undefined ? {} : { privProtocol: privacies[privacy], privKey: secrets.privacy }),
})

/** The library sorts what GetBulk brings by what was asked for; on the wire the objects take turns. */
function inTurns(varbinds: readonly (snmp.Varbind | snmp.Varbind[])[]): readonly snmp.Varbind[] {
  const lists = varbinds.map((one) => (Array.isArray(one) ? one : [one]))
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat()
}

const answersOf = (varbinds: readonly snmp.Varbind[]): readonly Answer[] =>
  varbinds.slice(0, maxAnswers).map(({ oid, type, value }) => ({ oid, value: valueOf(type, value) }))

function valueOf(type: snmp.ObjectType | undefined, value: unknown): Answer['value'] {
  if (type === snmp.ObjectType.OctetString && Buffer.isBuffer(value))
    return value.subarray(0, maxTextOctets).toString('utf8')
  if (type === snmp.ObjectType.Counter64 && Buffer.isBuffer(value)) return unsignedOf(value)
  const isNumber =
    type === snmp.ObjectType.Integer ||
    type === snmp.ObjectType.Counter ||
    type === snmp.ObjectType.Gauge ||
    type === snmp.ObjectType.TimeTicks
  return isNumber && Number.isSafeInteger(value) ? BigInt(value as number) : undefined
}

/** BER writes as few octets as will do, and one of zeros before a first bit that is set. */
const unsignedOf = (octets: Buffer): bigint | undefined =>
  octets.length === 0 || octets.length > 9 ? undefined : BigInt(`0x${octets.toString('hex')}`) & 0xffff_ffff_ffff_ffffn
