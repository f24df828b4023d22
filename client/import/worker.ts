import './plain-zod.ts'
import type { BoardFile } from '../../shared/file.ts'
import { ImportError } from '../../shared/import/imported.ts'
import { readSource } from '../../shared/import/index.ts'
import { parcelOf } from '../../shared/import/parcel.ts'
import { previewOfFile } from '../../shared/import/preview-file.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import type { Answered, Asked, Began, Counts, Ready } from './read.ts'
import { migrateTldraw } from './tldraw-file.ts'

/* Reads one file, away from the page. What is wrong with the file is an answer. */

postMessage({ began: true } satisfies Began)

addEventListener('message', ({ data }: MessageEvent<Asked>) => void answer(data).then(answered => postMessage(answered)))

async function answer({ source, purpose }: Asked): Promise<Answered> {
  try {
    const read = readSource(new Uint8Array(await source.bytes.arrayBuffer()), source.name, migrateTldraw)
    if (read.is === 'table') return { ready: read }
    const { format, file } = read
    const parcel = purpose === 'parcel' ? parcelOf(file) : undefined
    const ready: Ready = {
      is: 'board',
      format,
      title: file.board.title,
      warnings: [...read.warnings, ...(parcel?.warnings ?? [])],
      counts: countsOf(file),
      preview: previewOfFile(file),
      result: parcel ? { for: 'parcel', parcel } : { for: 'board', body: new Blob([JSON.stringify({ file })], { type: 'application/json' }) },
    }
    return { ready }
  } catch (error) {
    return error instanceof ImportError ? { refused: error.message } : { broken: sentenceOf(error) }
  }
}

const countsOf = ({ cards, relations, structures, drawings }: BoardFile): Counts => ({
  cards: cards.length,
  relations: relations.length,
  structures: structures.length,
  drawings: drawings.filter(({ type }) => type !== 'asset').length,
})
