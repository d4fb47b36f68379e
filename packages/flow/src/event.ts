/**
 * What the collector noticed: a name and fields, never a sentence. The names are those of the domain's event stream.
 * Whether an exporter is a configured device, and which, is not known here: `exporter` and `address` say who it was.
 * @module
 */

/** `exporter` is its number in the collector, 0 where it has none; `at` is milliseconds since 1970. */
export interface FlowEvent {
  readonly event:
    | 'exporter.seen'
    | 'exporter.restarted'
    | 'exporter.malformed'
    | 'exporter.loss'
    | 'exporter.clock'
    | 'exporter.clock-right'
    | 'exporter.no-ipv6'
    | 'exporter.no-sampling-rate'
  readonly at: number
  readonly exporter: number
  /** Text of the exporter's address. */
  readonly address: string
  /**
   * `protocol` always, and `port` and `domain` of the stream where it was noticed last, for a loss of the stream that
   * lost most; and, over all streams of the exporter's protocol since the last such event,
   * restarted: `count`, `reason` of the last one; malformed: `count`, `problem` of the last one with its octet;
   * loss: `lost` in `unit`, `share` in percent with one digit, `streams` that lost something;
   * clock: `seconds` that it is wrong by, `way`: `behind` or `ahead of` ours.
   */
  readonly fields: Readonly<Record<string, string | number>>
}
