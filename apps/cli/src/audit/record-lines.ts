/** The lines of a record as it comes, octet by octet what was written: only LF ends a line, and the last one has it, too. @module */

/** Octets of a line: that of an event has a few hundred, that with the document of an agent some ten thousand. */
const maxLine = 1024 * 1024
const lineFeed = 0x0a

/** @throws {RangeError} for people, where a line is too long, is not UTF-8, or the last one does not end */
export async function* recordLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0)
  let number = 1
  for await (const chunk of chunks) {
    const octets = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let from = 0
    for (let end = octets.indexOf(lineFeed); end >= 0; end = octets.indexOf(lineFeed, from)) {
      yield textOf(octets.subarray(from, end), number++)
      from = end + 1
    }
    rest = octets.subarray(from)
    if (rest.length > maxLine) throw new RangeError(`line ${number} is longer than ${maxLine} octets`)
  }
  if (rest.length > 0) throw new RangeError(`line ${number} has no end: the file was cut off, or is not a record`)
}

function textOf(octets: Uint8Array, number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch {
    throw new RangeError(`line ${number} is not UTF-8`)
  }
}
