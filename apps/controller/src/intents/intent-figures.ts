/** Figures in sentences about intents. @module */
import { rateText } from '@vagus/line'

/** @param share 0..1 and above */
export const formatPercent = (share: number): string => `${Math.round(share * 1000) / 10} %`

/** @param rate bits per second */
export const formatRateText = (rate: number): string => rateText(rate)
