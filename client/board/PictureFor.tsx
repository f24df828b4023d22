import { useEffect, useMemo, useRef, useState } from 'react'
import type { Editor, TLShapeId } from 'tldraw'
import { nameOfStructure } from '../../shared/outline.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { type Paper, papers } from '../canvas/papers.ts'
import { type Caption, draw, type Extent, pngOf, sizeOf } from '../canvas/picture.ts'
import { say } from '../canvas/say.ts'
import { type ExtentChoice, type PictureChoice, PictureExport } from '../panels/PictureExport.tsx'
import { shapeIdOf } from '../sync/codec.ts'
import { download } from '../ui/download.ts'
import { loaded } from '../ui/load.ts'
import type { OpenBoard } from './open.ts'

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })

/** Draws the open board, or a part of it, as a picture to keep. */
export default function PictureFor({ editor, board: { model }, close }: { editor: Editor; board: OpenBoard; close: () => void }) {
  const [part, setPart] = useState<number>()
  const [problem, setProblem] = useState<string>()
  const stopping = useRef<AbortController>(undefined)
  useEffect(() => () => stopping.current?.abort(), [])
  const { title } = model.meta.get()
  const extents = useMemo((): ExtentChoice[] => {
    const structures = model.allStructures().sort((a, b) => a.place.y - b.place.y || a.place.x - b.place.x).map((structure): [Extent, string] => [shapeIdOf(structure.id), nameOfStructure(structure)])
    const selected = editor.getSelectedShapeIds().length
    const all: [Extent, string][] = [['all', 'The whole board'], ...(selected ? [['selected', `What is selected (${selected})`] as [Extent, string]] : []), ...structures]
    return all.flatMap(([name, label]) => {
      const [plain, captioned] = [sizeOf(editor, name, false), sizeOf(editor, name, true)]
      return plain && captioned ? [{ name, label, w: plain.w, h: plain.h, captioned: captioned.h }] : []
    })
  }, [editor, model])

  const save = async ({ extent, caption, as }: PictureChoice) => {
    setProblem(undefined)
    setPart(0)
    const controller = new AbortController()
    stopping.current = controller
    const now = new Date()
    const said: Caption | undefined = caption ? { title: title || 'Untitled board', date: day.format(now) } : undefined
    try {
      const drawn = await draw(editor, extent as Extent, said, as.is === 'png' ? 'tinted' : 'white')
      controller.signal.throwIfAborted()
      const file = as.is === 'png' ? await pngOf(drawn, as.scale) : await (await loaded(() => import('../canvas/pdf.ts'))).pdfOf(drawn, as.paper as Paper, { title: title || 'Untitled board', made: now }, setPart, controller.signal)
      controller.signal.throwIfAborted()
      download(file, `${title || 'board'}.${as.is}`)
      say(editor, `Saved as ${as.is === 'png' ? 'a picture' : 'a PDF'}.`)
      close()
    } catch (error) {
      if (controller.signal.aborted) return
      setPart(undefined)
      setProblem(sentenceOf(error))
    }
  }

  const first = extents.find(({ name }) => name === 'selected') ?? extents[0]
  return (
    <PictureExport
      extents={extents}
      first={first?.name ?? ('all' satisfies Extent | TLShapeId)}
      papers={Object.keys(papers)}
      part={part}
      problem={extents.length ? problem : 'There is nothing to draw yet. Put something on the board first.'}
      save={choice => void save(choice)}
      close={close}
    />
  )
}
