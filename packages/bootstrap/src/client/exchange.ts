/** One request over HTTPS, with a bounded answer. @module */
import { request, type RequestOptions } from 'node:https'

/** What a server answers. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  /** Seconds of Retry-After, uncapped; dates are not read. */
  readonly retryAfterSeconds: number | undefined
  /** URL of a redirection, or of what was created. */
  readonly location: string | undefined
  readonly body: Uint8Array
}

/** Octets read of an answer: a voucher has some 2 kB, a full audit log 50. */
const maxAnswerOctets = 131_072

/** Rejects if the connection fails, the answer is too long, or `options.signal` aborts. */
export function exchange(options: RequestOptions, body: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(options, (response) => {
      const parts: Buffer[] = []
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
        parts.push(part)
        if (length > maxAnswerOctets) response.destroy(new Error(`an answer of more than ${maxAnswerOctets} octets`))
      })
      response.on('error', reject)
      response.on('end', () => {
        const retryAfter = response.headers['retry-after']
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          retryAfterSeconds: /^\d{1,9}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined,
          location: response.headers.location,
          body: Buffer.concat(parts),
        })
      })
    })
    asking.on('error', reject)
    asking.end(body)
  })
}
