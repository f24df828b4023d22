/** What a process answers whoever started it: something short, which JSON can say, and bytes as they are. */
export interface Answer<Head> {
  readonly head: Head
  readonly parts: readonly Uint8Array[]
}

/** Bytes before an answer that say how long its head is. */
const lengthBytes = 4
/** Bytes of the longest head: a hundred thousand people. */
const longestHead = 16 * 2 ** 20

/** For the process: says its answer, and is done. Node's own channel between processes would make another copy of all the bytes first. */
export function giveAnswer({ head, parts }: Answer<unknown>): void {
  const said = Buffer.from(JSON.stringify({ head, sizes: parts.map(({ length }) => length) }))
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32LE(said.length)
  for (const bytes of [length, said, ...parts]) process.stdout.write(bytes)
}

/**
 * For whoever started it. Every part is one piece of memory; nothing where the process ended before it had said all, or said anything
 * else. `hold` hears how many bytes the parts are before there is memory for them, and may throw. Reads to the end: a process whose output nobody reads never counts as ended.
 */
export async function takeAnswer<Head>(output: AsyncIterable<Buffer>, hold: (bytes: number) => void = () => undefined): Promise<Answer<Head> | undefined> {
  const chunks = output[Symbol.asyncIterator]()
  let chunk: Buffer = Buffer.alloc(0)
  const take = async (size: number): Promise<Buffer | undefined> => {
    const taken = Buffer.allocUnsafeSlow(size)
    for (let filled = 0; filled < size; ) {
      if (chunk.length === 0) {
        const next = await chunks.next()
        if (next.done) return undefined
        chunk = next.value
      }
      const copied = chunk.copy(taken, filled)
      filled += copied
      chunk = chunk.subarray(copied)
    }
    return taken
  }
  const answer = await wholeAnswer<Head>(take, hold)
  let isMore = chunk.length > 0
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) isMore = true
  return isMore ? undefined : answer
}

async function wholeAnswer<Head>(take: (size: number) => Promise<Buffer | undefined>, hold: (bytes: number) => void): Promise<Answer<Head> | undefined> {
  const length = (await take(lengthBytes))?.readUInt32LE() ?? Infinity
  const said = length <= longestHead ? await take(length) : undefined
  if (!said) return undefined
  const { head, sizes } = JSON.parse(said.toString()) as { head: Head; sizes: number[] }
  hold(sizes.reduce((sum, size) => sum + size, 0))
  const parts: Uint8Array[] = []
  for (const size of sizes) {
    const part = await take(size)
    if (!part) return undefined
    parts.push(part)
  }
  return { head, parts }
}
