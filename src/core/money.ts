/**
 * Money is a whole number of pico-dollars (10⁻¹² USD): sums of it are exact beyond 2⁵³, and no price per token that a
 * provider names is lost in it.
 */
export type PicoDollars = bigint

export const DOLLAR: PicoDollars = 10n ** 12n
/** GitHub bills Copilot in credits of a cent each. */
export const CREDIT: PicoDollars = DOLLAR / 100n

/** What an answer cost, in all and by what was read and what was written. */
export interface AnswerCost {
  total: PicoDollars
  input: PicoDollars
  output: PicoDollars
}

/**
 * A decimal number as a whole number of 10^-digits; what is beyond is rounded half up. A number is taken for the
 * shortest text that stands for it, so that 1.4e-7 is exactly that.
 * @throws RangeError for what is no decimal number
 */
export function parseDecimal(value: string | number, digits: number): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(String(value).trim()) ?? []
  const scale = Number(exponent) + digits
  if (whole + fraction === '' || Math.abs(scale) > MAX_SCALE) throw new RangeError(`not a decimal number: ${value}`)
  const shift = scale - fraction.length
  const number = BigInt(whole + fraction)
  const amount = shift >= 0 ? number * 10n ** BigInt(shift) : divideRounded(number, 10n ** BigInt(-shift))
  return sign === '-' ? -amount : amount
}

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/

/** More than any price needs, and few enough that a hostile exponent costs nothing. */
const MAX_SCALE = 400

/** Of amounts that are not negative; half is rounded up. */
export function divideRounded(amount: bigint, by: bigint): bigint {
  return (amount * 2n + by) / (by * 2n)
}

/** @throws RangeError for what is no decimal number */
export function parseDollars(value: string | number): PicoDollars {
  return parseDecimal(value, 12)
}

/** The exact decimal number, as `0.000043`. */
export function formatDecimal(amount: PicoDollars): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(13, '0')
  const fraction = digits.slice(-12).replace(/0+$/, '')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -12)}${fraction === '' ? '' : `.${fraction}`}`
}

/** USD for people: as many digits as small amounts need; a dash where nobody knows. */
export function formatCost(cost: string | null): string {
  if (cost === null) return '-'
  const amount = Number(cost)
  return amount === 0 ? '0' : amount.toFixed(amount < 0.01 ? 6 : amount < 1 ? 4 : 2)
}
