/**
 * Events of the collector: a name and fields, never a sentence. The names are those of the domain's event stream. The
 * collector does not know which exporters are configured devices; `exporter` and `address` identify them.
 * @module
 */

/** `exporter` is the exporter's number in the collector, or 0 if it has none. `at` is milliseconds since 1970. */
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
    | 'exporter.no-template'
  readonly at: number
  readonly exporter: number
  /** Text of the exporter's address. */
  readonly address: string
  /**
   * Always `protocol`, and `port` and `domain` of the stream where it happened last; for a loss, of the stream that
   * lost most. The others cover all streams of the exporter's protocol since the last event of the kind.
   * restarted: `count`, `reason` of the last one; malformed: `count`, `problem` of the last one with its octet;
   * loss: `lost` in `unit`, `share` in percent with one decimal, `streams` that lost something;
   * no-template: `count` of data sets given up, `seconds` since data waits for the template;
   * clock: `seconds` of offset, also where only its flows are dated wrongly, `way`: `behind` or `ahead of` ours.
   */
  readonly fields: Readonly<Record<string, string | number>>
}
