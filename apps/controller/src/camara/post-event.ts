/** Posts one event to a sink, and to no other address than one that may be asked. @module */
import { lookup as lookUp, type LookupAddress, type LookupAllOptions } from 'node:dns'
import { request as requestHttps, type RequestOptions } from 'node:https'
import type { LookupFunction } from 'node:net'
import { type Sinks, isPublic } from './sinks.ts'

const { request: requestHttp } = process.getBuiltinModule('node:http')

/** Milliseconds, from the look-up to the head of the answer. */
const within = 10_000

/** Of a sink that is not there any more (410 Gone). */
export class SinkGone extends Error {
  override readonly name = 'SinkGone'
}

/** @param token bearer token @throws {Error} where it was not taken, {SinkGone} where nobody wants any more */
export function postEvent(
  sinks: Sinks,
  { url: text, token, json }: { readonly url: string; readonly token: string | undefined; readonly json: string },
): Promise<void> {
  sinks.check(text) // as the operator has it by now
  const url = new URL(text)
  const options: RequestOptions = {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents+json',
      'content-length': Buffer.byteLength(json),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    agent: false,
    signal: AbortSignal.timeout(within),
    ...(sinks.isNamed(url) ? {} : { lookup: publicOnly(lookUp) }),
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
    const { statusCode = 0 } = response
    response.destroy() // whatever it says besides
    if (statusCode === 410) reject(new SinkGone('the sink is gone (410)'))
    else if (statusCode >= 200 && statusCode < 300) resolve()
    else reject(new Error(`the sink answered ${statusCode}`))
  })
  request.on('error', reject)
  // After 101 there is neither an answer nor an error. The first to settle it counts.
  request.on('close', () => reject(new Error('the sink closed the connection without an answer')))
  request.end(json)
  return promise
}

type LookUpAll = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

/** Only what is public, and an error where nothing is. */
export const publicOnly =
  (lookUpAll: LookUpAll): LookupFunction =>
  (host, options, callback) => {
    lookUpAll(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0)
      const open = found.filter(({ address }) => isPublic(address))
      const [first] = open
      if (first === undefined) return callback(new Error(`${host} has no public address`), '', 0)
      return options.all === true ? callback(null, open) : callback(null, first.address, first.family)
    })
  }
