const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The n-th of many fractional indexes in drawing order, for records that are laid down one after another: a0, a1 … az, b00 … */
export function orderKey(n: number): string {
  let head = 0
  let count = 62
  let rest = n
  while (rest >= count) {
    rest -= count
    count *= 62
    head++
  }
  let tail = ''
  for (let i = 0; i <= head; i++, rest = Math.floor(rest / 62)) tail = digits[rest % 62] + tail
  return String.fromCharCode(97 + head) + tail
}
