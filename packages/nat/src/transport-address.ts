/** An IP address and a UDP port (RFC 8489 §2: transport address), and its form in notices. @module */
import { formatAddress, parseAddress } from '@vagus/address'
import { type Codec, DecodeError } from '@vagus/wire'

export interface TransportAddress {
  /** An IPv4 or IPv6 address as text, without brackets and without a zone. */
  readonly host: string
  /** 1..65,535. */
  readonly port: number
}

export const isSameAddress = (a: TransportAddress, b: TransportAddress): boolean =>
  a.port === b.port && a.host === b.host

export const familyOf = ({ host }: TransportAddress): 4 | 6 => (host.includes(':') ? 6 : 4)

/** `udp://192.0.2.1:7601`, as locators write it. */
export const uriOf = ({ host, port }: TransportAddress): string =>
  `udp://${host.includes(':') ? `[${host}]` : host}:${port}`

const addressOctets = 16

/** `address 16, IPv4 as in RFC 4291 §2.5.5.2   port 2`. Reading throws `DecodeError` on port 0. */
export const transportAddress: Codec<TransportAddress> = {
  read(r) {
    const at = r.offset
    const host = formatAddress(r.octets(addressOctets))
    const port = r.uint16()
    if (port === 0) throw new DecodeError('bad-value', at, 'nobody receives at port 0')
    return { host, port }
  },
  write(w, { host, port }) {
    w.octets(parseAddress(host))
    w.uint16(port)
  },
}
