import { useCallback, useEffect, useMemo, useState } from 'react'
import { useValue } from 'tldraw'
import { sinceThen } from '../../shared/as-it-was.ts'
import { type Flat, readBoardIn, readFlat, readMetaIn, recordsOf } from '../../shared/board.ts'
import { exportFileName, exportFormatOf, type ExportName, exportNames } from '../../shared/export/formats.ts'
import { outlineOf } from '../../shared/outline.ts'
import { flatOf } from '../../shared/removed.ts'
import { sentenceOf } from '../../shared/sentence.ts'
import { api, type MomentList } from '../api.ts'
import { Moments, type Seen } from '../panels/Moments.tsx'
import { countsOf, sayCounts } from '../panels/said-counts.ts'
import { remember } from '../memory.ts'
import { bringBack as putBack } from '../sync/bring-back.ts'
import { download } from '../ui/download.ts'
import type { OpenBoard } from './open.ts'

const formats = exportNames.map(name => ({ name, title: exportFormatOf(name).title }))

/** The board as it was: a moment is chosen, looked at, taken away, opened as a board of its own, or brought back. */
export function MomentsFor({ board, close }: { board: OpenBoard; close: () => void }) {
  const { session, membership } = board
  const id = membership.board
  const [{ list, now }, setFound] = useState<{ readonly list?: MomentList; readonly now: number }>({ now: 0 })
  const [chosen, setChosen] = useState<number>()
  const [shown, setShown] = useState<{ readonly seq: number; readonly at: number; readonly records: ReadonlyMap<string, Flat>; readonly map: string }>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [done, setDone] = useState<string>()
  const disabled = !useValue(board.canWrite)

  useEffect(() => {
    board.binding.flush()
    api.moments(id, session.ticket()).then(found => setFound({ list: found, now: Date.now() }), (error: unknown) => setProblem(sentenceOf(error)))
  }, [board, id, session])

  useEffect(() => {
    if (chosen === undefined) return undefined
    let over = false
    let map: string | undefined
    const look = async () => {
      const [was, drawn] = await Promise.all([api.moment(id, session.ticket(), chosen), api.exportMoment(id, session.ticket(), chosen, 'svg')])
      if (over) return
      map = URL.createObjectURL(drawn)
      setShown({ seq: chosen, at: was.at, records: new Map(was.records.map(flatOf)), map })
    }
    look().catch((error: unknown) => !over && setProblem(sentenceOf(error)))
    return () => {
      over = true
      setShown(undefined)
      if (map !== undefined) URL.revokeObjectURL(map)
    }
  }, [chosen, id, session])

  const recordsNow = useCallback(() => {
    const records = new Map<string, Flat>()
    for (const [each, record] of recordsOf(session.doc).entries()) {
      const flat = readFlat(record)
      if (flat) records.set(each, flat)
    }
    return records
  }, [session])
  const seen = useMemo((): Seen | undefined => {
    if (!shown) return undefined
    const { missing, changed, extra, texts } = sinceThen(shown.records, recordsNow())
    const now = recordsNow()
    const gone = [...extra].flatMap(each => {
      const flat = now.get(each)
      return flat ? [[each, flat] as const] : []
    })
    return { seq: shown.seq, at: shown.at, map: shown.map, outline: outlineOf(readBoardIn(readMetaIn(() => undefined), shown.records)), missing: countsOf(missing), extra: countsOf(gone), changed: changed.size, texts }
  }, [shown, recordsNow])

  const attempt = async (work: () => Promise<string | undefined>) => {
    setBusy(true)
    setProblem(undefined)
    setDone(undefined)
    await work().then(setDone, (error: unknown) => setProblem(sentenceOf(error)))
    setBusy(false)
  }
  const title = board.meta.get().title

  return (
    <Moments
      list={list}
      now={now}
      chosen={chosen}
      choose={seq => {
        setProblem(undefined)
        setDone(undefined)
        setChosen(seq)
      }}
      seen={seen}
      problem={problem}
      done={done}
      disabled={busy}
      canWrite={!disabled}
      formats={formats}
      take={name =>
        void attempt(async () => {
          const fileName = exportFileName(title, name as ExportName)
          download(await api.exportMoment(id, session.ticket(), chosen ?? 0, name as ExportName), fileName)
          return `Saved as “${fileName}”.`
        })
      }
      openAsNew={() =>
        void attempt(async () => {
          const file = await (await api.exportMoment(id, session.ticket(), chosen ?? 0, 'json')).text()
          const made = await api.open(new Blob([`{"title":${JSON.stringify(`${title || 'Untitled'}, as it was`.slice(0, 200))},"file":${file}}`]), undefined)
          remember(made.id, { links: made.links, role: 'facilitator' })
          open(made.links.facilitator, '_blank', 'noopener')
          return 'It is a board of its own now, in another tab.'
        })
      }
      bringBack={how =>
        void attempt(async () => {
          if (!shown) return undefined
          const { missing, changed, extra } = sinceThen(shown.records, recordsNow())
          putBack(board.binding.within, missing, how === 'as it was' ? { changed, extra } : undefined)
          close()
          board.say(how === 'as it was' ? 'The board is as it was then. Undo takes that back.' : `Back: ${sayCounts(countsOf(missing))}. Undo takes it away again.`)
          return undefined
        })
      }
    />
  )
}
