/** NLRI as keys of maps, which octets cannot be. @module */

/** One character for each octet. */
export function nlriText(octets: Uint8Array): string {
  if (octets.length <= most) return textOf(octets)
  let text = ''
  for (let at = 0; at < octets.length; at += most) text += textOf(octets.subarray(at, at + most))
  return text
}

/** Arguments of one call: an NLRI may have 65,535 octets, which is more than a stack holds. */
const most = 1024

const textOf = (octets: Uint8Array): string => String.fromCharCode.apply(undefined, octets as unknown as number[])
